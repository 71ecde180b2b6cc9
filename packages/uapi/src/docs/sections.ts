import * as errno from '../errno/index.js';
import * as ioctlNumber from '../linux/ioctl-number.js';
import * as poll from '../linux/poll.js';
import * as apIndex from '../linux/vfio/ap-index.js';
import * as capability from '../linux/vfio/capability.js';
import * as ccwIndex from '../linux/vfio/ccw-index.js';
import * as container from '../linux/vfio/container.js';
import * as device from '../linux/vfio/device.js';
import * as dmaLogging from '../linux/vfio/dma-logging.js';
import * as feature from '../linux/vfio/feature.js';
import * as gfx from '../linux/vfio/gfx.js';
import * as ioctl from '../linux/vfio/ioctl.js';
import * as ioeventfd from '../linux/vfio/ioeventfd.js';
import * as iommufd from '../linux/vfio/iommufd.js';
import * as irq from '../linux/vfio/irq.js';
import * as migration from '../linux/vfio/migration.js';
import * as pciIndex from '../linux/vfio/pci-index.js';
import * as regionType from '../linux/vfio/region-type.js';
import * as region from '../linux/vfio/region.js';
import * as reset from '../linux/vfio/reset.js';
import * as type1Dirty from '../linux/vfio/type1-dirty.js';
import * as type1Dma from '../linux/vfio/type1-dma.js';
import * as type1Info from '../linux/vfio/type1-info.js';
import * as accessControl from '../pci/access-control.js';
import * as aer from '../pci/aer.js';
import * as bar from '../pci/bar.js';
import * as capIds from '../pci/cap-ids.js';
import * as doeObjects from '../doe/objects.js';
import * as doe from '../pci/doe.js';
import * as expDevice from '../pci/exp/device.js';
import * as expDevice2 from '../pci/exp/device2.js';
import * as expFlags from '../pci/exp/flags.js';
import * as expLink from '../pci/exp/link.js';
import * as expLink2 from '../pci/exp/link2.js';
import * as extCapIds from '../pci/ext-cap-ids.js';
import * as extMisc from '../pci/ext-misc.js';
import * as header from '../pci/header.js';
import * as msi from '../pci/msi.js';
import * as msix from '../pci/msix.js';
import * as pasid from '../pci/pasid.js';
import * as pm from '../pci/pm.js';
import * as vfioUserCommand from '../vfio-user/command.js';
import * as vfioUserDevice from '../vfio-user/device.js';
import * as vfioUserDma from '../vfio-user/dma.js';
import * as vfioUserHeader from '../vfio-user/header.js';
import * as vfioUserMigration from '../vfio-user/migration.js';
import * as vfioUserRegionAccess from '../vfio-user/region-access.js';
import * as vfioUserRegionIoFds from '../vfio-user/region-io-fds.js';
import * as vfioUserVersion from '../vfio-user/version.js';
import { ACCELERATOR_PARTS } from './accelerator-parts.js';
import { CXL_DEVICE_PARTS } from './cxl-device-parts.js';
import type { Part } from './part.js';
import { RDMA_PARTS } from './rdma-parts.js';
import { SPDM_PARTS } from './spdm-parts.js';

/** What the reference is made of, in the order it is read in. */
export const PARTS: readonly Part[] = [
  {
    title: 'VFIO',
    source: '`include/uapi/linux/vfio.h`',
    sections: [
      { title: 'Ioctl numbers', exports: ioctl },
      { title: 'Containers and groups', exports: container },
      { title: 'Capabilities behind info structs', exports: capability },
      { title: 'Devices', exports: device },
      { title: 'Regions', exports: region },
      { title: 'Region types', exports: regionType },
      { title: 'Interrupts', exports: irq },
      { title: 'Indexes of PCI devices', exports: pciIndex },
      { title: 'Indexes of channel devices', exports: ccwIndex },
      { title: 'Indexes of crypto adapters', exports: apIndex },
      { title: 'Hot reset', exports: reset },
      { title: 'Writes on an eventfd', exports: ioeventfd },
      { title: 'Displays', exports: gfx },
      { title: 'Features', exports: feature },
      { title: 'Migration', exports: migration },
      { title: 'Logging of DMA', exports: dmaLogging },
      { title: 'Binding to iommufd', exports: iommufd },
      { title: 'Type 1 IOMMU: what it can do', exports: type1Info },
      { title: 'Type 1 IOMMU: mappings', exports: type1Dma },
      { title: 'Type 1 IOMMU: dirty pages', exports: type1Dirty },
    ],
  },
  {
    title: 'vfio-user',
    source: '`docs/interop/vfio-user.rst` of QEMU',
    sections: [
      { title: 'Commands', exports: vfioUserCommand },
      { title: 'Messages', exports: vfioUserHeader },
      { title: 'Version', exports: vfioUserVersion },
      { title: 'Memory of the client', exports: vfioUserDma },
      { title: 'Device information and features', exports: vfioUserDevice },
      { title: 'Accesses to regions', exports: vfioUserRegionAccess },
      { title: 'Eventfds of regions', exports: vfioUserRegionIoFds },
      { title: 'Migration data', exports: vfioUserMigration },
    ],
  },
  {
    title: 'PCI configuration space',
    source: '`include/uapi/linux/pci_regs.h`',
    sections: [
      { title: 'Header', exports: header },
      { title: 'Base address registers', exports: bar },
      { title: 'Capability ids', exports: capIds },
      { title: 'Extended capability ids', exports: extCapIds },
      { title: 'Power management', exports: pm },
      { title: 'MSI', exports: msi },
      { title: 'MSI-X', exports: msix },
      { title: 'PCI Express: kind and length', exports: expFlags },
      { title: 'PCI Express: device', exports: expDevice },
      { title: 'PCI Express: link', exports: expLink },
      { title: 'PCI Express: device, second set', exports: expDevice2 },
      { title: 'PCI Express: link, second set', exports: expLink2 },
      { title: 'Advanced error reporting', exports: aer },
      { title: 'Address translation and routing', exports: accessControl },
      { title: 'PASID', exports: pasid },
      { title: 'Data object exchange', exports: doe },
      { title: 'Serial number and vendor-specific', exports: extMisc },
    ],
  },
  {
    title: 'Data object exchange',
    source: 'PCI Express Base Specification 6.1, section 6.30; CXL 3.1, section 8.1.11.1',
    sections: [{ title: 'Objects and who defines them', exports: doeObjects }],
  },
  ...ACCELERATOR_PARTS,
  ...RDMA_PARTS,
  ...SPDM_PARTS,
  ...CXL_DEVICE_PARTS,
  {
    title: 'Files',
    source: '`include/uapi/asm-generic/poll.h` and `include/uapi/asm-generic/ioctl.h`',
    sections: [
      { title: 'Masks of poll', exports: poll },
      { title: 'Directions of ioctls', exports: ioctlNumber },
    ],
  },
  {
    title: 'Error numbers',
    source: '`include/uapi/asm-generic/errno.h`',
    sections: [{ title: 'Errno', exports: errno.Errno }],
  },
];
