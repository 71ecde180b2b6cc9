import type { ReasonRow } from '@mdevkit/core';

const SPEC = 'docs/interop/vfio-user.rst of QEMU';
const UNMAP = `${SPEC}, VFIO_USER_DMA_UNMAP`;
const IRQS = `${SPEC}, VFIO_USER_DEVICE_SET_IRQS`;
const MIGRATION = `${SPEC}, VFIO_USER_MIG_DATA_READ and VFIO_USER_MIG_DATA_WRITE`;

/** What the server refuses in the commands of a client, beside what the device itself refuses. */
export const commandsReasons = {
  'vfio-user.payload': {
    errno: 'EINVAL',
    text: 'the message is shorter than its command needs',
    source: `${SPEC}, Commands`,
  },
  'vfio-user.argsz': {
    errno: 'EINVAL',
    text: 'argsz is not a size that the command allows',
    source: `${SPEC}, Header: argsz`,
  },
  'vfio-user.fields': {
    errno: 'EINVAL',
    text: 'a field that must be 0 is not',
    source: `${SPEC}, VFIO_USER_DEVICE_GET_REGION_IO_FDS`,
  },
  'vfio-user.descriptors': {
    errno: 'EINVAL',
    text: 'the message carries another number of descriptors than the command takes',
    source: `${SPEC}, Header: file descriptors`,
  },
  'vfio-user.no-io-region': {
    errno: 'EINVAL',
    text: 'the region cannot be accessed, so it has no eventfds',
    source: `${SPEC}, VFIO_USER_DEVICE_GET_REGION_IO_FDS`,
  },
  'vfio-user.map-flags': {
    errno: 'EINVAL',
    text: 'unknown flags of a map',
    source: `${SPEC}, VFIO_USER_DMA_MAP`,
  },
  'vfio-user.map-descriptor': {
    errno: 'EINVAL',
    text: 'the map asks for a descriptor that is not there',
    source: `${SPEC}, VFIO_USER_DMA_MAP`,
  },
  'vfio-user.map-range': {
    errno: 'EINVAL',
    text: 'offset and size of the map are beyond 2^53',
    source: 'own rule: no file is as large, and numbers are exact up to there',
  },
  'vfio-user.map-size': {
    errno: 'ENOSPC',
    text: 'the map is larger than 8 TiB',
    source: 'own rule, with the bound and the errno that libvfio-user has in lib/dma.c',
  },
  'vfio-user.descriptor-limit': {
    errno: 'ENOSPC',
    text: 'the client has as many maps with a descriptor as it may have',
    source: 'docs/reference/vfio-user-rules.md, Limits: maxDescriptorMaps',
  },
  'vfio-user.map-limit': {
    errno: 'ENOSPC',
    text: 'the client has as many maps as it may have',
    source: `${SPEC}, VFIO_USER_VERSION: max_dma_maps`,
  },
  'vfio-user.needs-fetch': {
    errno: 'EOPNOTSUPP',
    text: 'this memory answers messages only: use fetch and store',
    source: `${SPEC}, VFIO_USER_DMA_READ`,
  },
  'vfio-user.memory-gone': {
    errno: 'EFAULT',
    text: 'the memory is being unmapped',
    source: UNMAP,
  },
  'vfio-user.unmap-flags': {
    errno: 'EINVAL',
    text: 'unknown flags of an unmap, or flags that exclude each other',
    source: UNMAP,
  },
  'vfio-user.unmap-all': {
    errno: 'EINVAL',
    text: 'to unmap everything, address and size are 0',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap (VFIO_DMA_UNMAP_FLAG_ALL)',
  },
  'vfio-user.not-mapped': {
    errno: 'ENOENT',
    text: 'no map has exactly this range',
    source: UNMAP,
  },
  'vfio-user.bitmap': {
    errno: 'EINVAL',
    text: 'the bitmap does not fit into a reply',
    source: UNMAP,
  },
  'vfio-user.irq-flags': {
    errno: 'EINVAL',
    text: 'not exactly one data type and one action are given',
    source: IRQS,
  },
  'vfio-user.irq-range': {
    errno: 'EINVAL',
    text: 'start and count do not name interrupts of the index',
    source: IRQS,
  },
  'vfio-user.irq-data': {
    errno: 'EINVAL',
    text: 'there is not one byte for each interrupt',
    source: IRQS,
  },
  'vfio-user.irq-vectors': {
    errno: 'ENOSPC',
    text: 'the device has fewer vectors at the moment',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_msi_enable, which answers how many',
  },
  'vfio-user.migration-state': {
    errno: 'EINVAL',
    text: 'the device is not in a state that moves migration data this way',
    source: MIGRATION,
  },
  'vfio-user.migration-size': {
    errno: 'EINVAL',
    text: 'more migration data than one message may carry',
    source: MIGRATION,
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
