import { struct, u32 } from '../../codec/index.js';

/**
 * Containers and groups: what may be asked of them before there is a device.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/**
 * Extensions for VFIO_CHECK_EXTENSION; those that name an IOMMU are also the argument of
 * VFIO_SET_IOMMU. Number 6 was a nesting IOMMU and is reserved now.
 */
export const VFIO_TYPE1_IOMMU = 1;
export const VFIO_SPAPR_TCE_IOMMU = 2;
export const VFIO_TYPE1v2_IOMMU = 3;
export const VFIO_DMA_CC_IOMMU = 4;
export const VFIO_EEH = 5;
export const VFIO_SPAPR_TCE_v2_IOMMU = 7;
export const VFIO_NOIOMMU_IOMMU = 8;
export const VFIO_UNMAP_ALL = 9;
export const VFIO_UPDATE_VADDR = 10;

/** Flags of {@link VfioGroupStatus}: all devices are safe to use; a container is set. */
export const VFIO_GROUP_FLAGS_VIABLE = 1 << 0;
export const VFIO_GROUP_FLAGS_CONTAINER_SET = 1 << 1;

/** Answer of VFIO_GROUP_GET_STATUS. */
export const VfioGroupStatus = struct('vfio_group_status', { argsz: u32(0), flags: u32(4) });
