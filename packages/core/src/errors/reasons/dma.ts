import type { ReasonRow } from '../mdev-error.js';

/** Maps of an address space and DMA of a device. */
export const dmaReasons = {
  'dma.flags': {
    errno: 'EINVAL',
    text: 'a map allows reading, writing or both',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map',
  },
  'dma.size': {
    errno: 'EINVAL',
    text: 'the size is zero',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map',
  },
  'dma.alignment': {
    errno: 'EINVAL',
    text: 'IOVA and size are multiples of the page size',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map',
  },
  'dma.overflow': {
    errno: 'EOVERFLOW',
    text: 'the range wraps around the end of the address space',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map',
  },
  'dma.overlap': {
    errno: 'EEXIST',
    text: 'the range overlaps a map',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map',
  },
  'dma.limit': {
    errno: 'ENOSPC',
    text: 'no more maps are available',
    source: 'drivers/vfio/vfio_iommu_type1.c, dma_entry_limit',
  },
  'dma.cut': {
    errno: 'EINVAL',
    text: 'the range cuts a map in two',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap (v2)',
  },
  'dma.fault': {
    errno: 'EFAULT',
    text: 'the device may not access this range',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
