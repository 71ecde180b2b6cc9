import type { ReasonRow } from '../mdev-error.js';

/** VFIO_DEVICE_IOEVENTFD, and resets of more than one device. */
export const ioeventfdReasons = {
  'ioeventfd.flags': {
    errno: 'EINVAL',
    text: 'not exactly one width is given, or the descriptor is below -1',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_ioeventfd',
  },
  'ioeventfd.place': {
    errno: 'EINVAL',
    text: 'no eventfd may write here',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd',
  },
  'ioeventfd.width': {
    errno: 'EINVAL',
    text: 'an eventfd writes 1, 2 or 4 bytes',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd',
  },
  'ioeventfd.exists': {
    errno: 'EEXIST',
    text: 'an eventfd does this write already',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd',
  },
  'ioeventfd.not-found': {
    errno: 'ENODEV',
    text: 'no eventfd does this write',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd',
  },
  'ioeventfd.limit': {
    errno: 'ENOSPC',
    text: 'the device has no room for another eventfd',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, VFIO_PCI_IOEVENTFD max',
  },
  'hotreset.flags': {
    errno: 'EINVAL',
    text: 'a hot reset has no flags',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_pci_hot_reset',
  },
  'hotreset.none': {
    errno: 'ENODEV',
    text: 'the device shares no slot or bus reset',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_pci_hot_reset_info',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
