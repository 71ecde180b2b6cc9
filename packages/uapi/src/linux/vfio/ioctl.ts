/**
 * The ioctl numbers of VFIO. None of them encodes a size: the argument's first word says how long
 * it is (`argsz`), the second holds flags. Some numbers mean different things on different kinds
 * of file descriptor.
 *
 * Source: `include/uapi/linux/vfio.h`; `include/uapi/asm-generic/ioctl.h` for `_IO`.
 */

/** Type of all VFIO ioctls, the character `;`, and the first number used under it. */
export const VFIO_TYPE = 0x3b;
export const VFIO_BASE = 100;

/** The version VFIO_GET_API_VERSION answers. */
export const VFIO_API_VERSION = 0;

/** `_IO(VFIO_TYPE, nr)`: no direction, no size. */
const IO = VFIO_TYPE << 8;

/** On the container, `/dev/vfio/vfio`. */
export const VFIO_GET_API_VERSION = IO | 100;
export const VFIO_CHECK_EXTENSION = IO | 101;
export const VFIO_SET_IOMMU = IO | 102;

/** On a group, `/dev/vfio/<number>`. */
export const VFIO_GROUP_GET_STATUS = IO | 103;
export const VFIO_GROUP_SET_CONTAINER = IO | 104;
export const VFIO_GROUP_UNSET_CONTAINER = IO | 105;
export const VFIO_GROUP_GET_DEVICE_FD = IO | 106;

/** On a device. */
export const VFIO_DEVICE_GET_INFO = IO | 107;
export const VFIO_DEVICE_GET_REGION_INFO = IO | 108;
export const VFIO_DEVICE_GET_IRQ_INFO = IO | 109;
export const VFIO_DEVICE_SET_IRQS = IO | 110;
export const VFIO_DEVICE_RESET = IO | 111;
export const VFIO_DEVICE_GET_PCI_HOT_RESET_INFO = IO | 112;
export const VFIO_DEVICE_PCI_HOT_RESET = IO | 113;
export const VFIO_DEVICE_QUERY_GFX_PLANE = IO | 114;
export const VFIO_DEVICE_GET_GFX_DMABUF = IO | 115;
export const VFIO_DEVICE_IOEVENTFD = IO | 116;
export const VFIO_DEVICE_FEATURE = IO | 117;

/** On a device opened through its own character device, `/dev/vfio/devices/vfio<number>`. */
export const VFIO_DEVICE_BIND_IOMMUFD = IO | 118;
export const VFIO_DEVICE_ATTACH_IOMMUFD_PT = IO | 119;
export const VFIO_DEVICE_DETACH_IOMMUFD_PT = IO | 120;

/** On the file descriptor that carries migration data. */
export const VFIO_MIG_GET_PRECOPY_INFO = IO | 121;

/** On a container whose IOMMU is type 1. */
export const VFIO_IOMMU_GET_INFO = IO | 112;
export const VFIO_IOMMU_MAP_DMA = IO | 113;
export const VFIO_IOMMU_UNMAP_DMA = IO | 114;
export const VFIO_IOMMU_ENABLE = IO | 115;
export const VFIO_IOMMU_DISABLE = IO | 116;
export const VFIO_IOMMU_DIRTY_PAGES = IO | 117;
