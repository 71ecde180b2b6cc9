import type { ReasonRow } from '../mdev-error.js';

const MAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map';
const UNMAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap (v2)';
const PIN = 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_pin_pages';

/** Maps of an address space and DMA of a device: rules of type1 v2, and those that both personalities share. */
export const dmaReasons = {
  'dma.flags': {
    errno: 'EINVAL',
    text: 'a map allows reading, writing or both',
    source: MAP,
  },
  'dma.size': {
    errno: 'EINVAL',
    text: 'the size is zero',
    source: MAP,
  },
  'dma.alignment': {
    errno: 'EINVAL',
    text: 'IOVA, offset and size are multiples of the alignment of the space',
    source: MAP,
  },
  'dma.overflow': {
    errno: 'EOVERFLOW',
    text: 'the range wraps around the end of the address space',
    source: MAP,
  },
  'dma.overlap': {
    errno: 'EEXIST',
    text: 'the range overlaps a map',
    source: MAP,
  },
  'dma.limit': {
    errno: 'ENOSPC',
    text: 'no more maps are available',
    source: 'drivers/vfio/vfio_iommu_type1.c, dma_entry_limit',
  },
  'dma.reserved': {
    errno: 'EINVAL',
    text: 'the range touches addresses that cannot be translated',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_iova_dma_valid',
  },
  'dma.no-iova': {
    errno: 'EINVAL',
    text: 'a space of type1 does not choose an IOVA',
    source: MAP,
  },
  'dma.memory': {
    errno: 'EFAULT',
    text: 'the memory is shorter than the map, or may not be written',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_pin_map_dma',
  },
  'dma.conflict': {
    errno: 'EINVAL',
    text: 'what is attached cannot map what the space maps already',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group',
  },
  'dma.cut': {
    errno: 'EINVAL',
    text: 'the range cuts a map in two',
    source: UNMAP,
  },
  'dma.unmapping': {
    errno: 'EBUSY',
    text: 'the map is being unmapped already',
    source: 'drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range',
  },
  'dma.hole': {
    errno: 'EINVAL',
    text: 'the range is not mapped',
    source: PIN,
  },
  'dma.permission': {
    errno: 'EPERM',
    text: 'the map does not allow this access',
    source: PIN,
  },
  'dma.pin-limit': {
    errno: 'E2BIG',
    text: 'one pin holds 512 pages at the most',
    source: 'drivers/vfio/vfio_main.c, vfio_pin_pages (VFIO_PIN_PAGES_MAX_ENTRIES)',
  },
  'dma.list': {
    errno: 'EINVAL',
    text: 'the lengths of a scatter list do not add up to the length of the buffer',
    source: 'docs/reference/iommu-rules.md, dma list',
  },
  'dma.fault': {
    errno: 'EFAULT',
    text: 'the device may not access this range',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
