import { s32, struct, u32, u64 } from '../../codec/index.js';

/**
 * Devices opened on their own and their way to an address space: VFIO_DEVICE_BIND_IOMMUFD,
 * VFIO_DEVICE_ATTACH_IOMMUFD_PT and VFIO_DEVICE_DETACH_IOMMUFD_PT.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flag of {@link VfioDeviceBindIommufd}: `token_uuid_ptr` is valid. */
export const VFIO_DEVICE_BIND_FLAG_TOKEN = 1 << 0;

/** Argument of VFIO_DEVICE_BIND_IOMMUFD; older headers end before `token_uuid_ptr`. */
export const VfioDeviceBindIommufd = struct('vfio_device_bind_iommufd', {
  argsz: u32(0),
  flags: u32(4),
  iommufd: s32(8),
  out_devid: u32(12),
  token_uuid_ptr: u64(16),
});

/** Flag of {@link VfioDeviceAttachIommufdPt}: `pasid` is valid. */
export const VFIO_DEVICE_ATTACH_PASID = 1 << 0;

/** Argument of VFIO_DEVICE_ATTACH_IOMMUFD_PT; `pt_id` is both asked for and answered. */
export const VfioDeviceAttachIommufdPt = struct('vfio_device_attach_iommufd_pt', {
  argsz: u32(0),
  flags: u32(4),
  pt_id: u32(8),
  pasid: u32(12),
});

/** Flag of {@link VfioDeviceDetachIommufdPt}: `pasid` is valid. */
export const VFIO_DEVICE_DETACH_PASID = 1 << 0;

/** Argument of VFIO_DEVICE_DETACH_IOMMUFD_PT. */
export const VfioDeviceDetachIommufdPt = struct('vfio_device_detach_iommufd_pt', {
  argsz: u32(0),
  flags: u32(4),
  pasid: u32(8),
});
