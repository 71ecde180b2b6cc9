import type { ReasonRow } from '../mdev-error.js';

/** The log of pages that a device wrote to. */
export const dirtyReasons = {
  'dirty.off': {
    errno: 'EINVAL',
    text: 'nothing is being recorded',
    source: 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dirty_pages',
  },
  'dirty.started': {
    errno: 'EINVAL',
    text: 'recording has started with another page size, or with other ranges',
    source: 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_START',
  },
  'dirty.granule': {
    errno: 'EINVAL',
    text: 'the log keeps pages of a power of two from 4 KiB to 2 MiB',
    source: 'include/uapi/linux/vfio.h, vfio_device_feature_dma_logging_control (page_size)',
  },
  'dirty.ranges-empty': {
    errno: 'EINVAL',
    text: 'logging starts with one range or more',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_start',
  },
  'dirty.ranges-limit': {
    errno: 'E2BIG',
    text: 'logging starts with at most 256 ranges',
    source: 'drivers/vfio/vfio_main.c, LOG_MAX_RANGES',
  },
  'dirty.overlap': {
    errno: 'EINVAL',
    text: 'two ranges of the log overlap',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_start',
  },
  'dirty.alignment': {
    errno: 'EINVAL',
    text: 'IOVA and length are multiples of the page size',
    source:
      'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_start; drivers/iommu/iommufd/io_pagetable.c, iommufd_check_iova_range',
  },
  'dirty.length': {
    errno: 'EINVAL',
    text: 'the length is one byte or more',
    source: 'drivers/iommu/iommufd/io_pagetable.c, iommufd_check_iova_range',
  },
  'dirty.overflow': {
    errno: 'EOVERFLOW',
    text: 'the range reaches beyond the end of the address space',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_report',
  },
  'dirty.page-size': {
    errno: 'EINVAL',
    text: 'the page size of a report is a power of two from 4 KiB',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_report',
  },
  'dirty.bitmap': {
    errno: 'EINVAL',
    text: 'the bitmap is too short for one bit per page',
    source: 'drivers/vfio/vfio_iommu_type1.c, verify_bitmap_size',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
