import { overlay, struct, u32, u64 } from '../../codec/index.js';

/**
 * Displays: VFIO_DEVICE_QUERY_GFX_PLANE and the region that describes the monitor.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioDeviceGfxPlaneInfo}: only ask; the picture is a dma-buf; is in a region. */
export const VFIO_GFX_PLANE_TYPE_PROBE = 1 << 0;
export const VFIO_GFX_PLANE_TYPE_DMABUF = 1 << 1;
export const VFIO_GFX_PLANE_TYPE_REGION = 1 << 2;

/**
 * Argument and answer of VFIO_DEVICE_QUERY_GFX_PLANE. Lengths are in pixels, `stride` and `size`
 * in bytes. The last member is a region or a dma-buf, by the flag that was asked with.
 */
export const VfioDeviceGfxPlaneInfo = struct('vfio_device_gfx_plane_info', {
  argsz: u32(0),
  flags: u32(4),
  drm_plane_type: u32(8),
  drm_format: u32(12),
  drm_format_mod: u64(16),
  width: u32(24),
  height: u32(28),
  stride: u32(32),
  size: u32(36),
  x_pos: u32(40),
  y_pos: u32(44),
  x_hot: u32(48),
  y_hot: u32(52),
  region_index: u32(56),
  dmabuf_id: overlay(u32(56)),
  reserved: u32(60),
});

/** Values of `link_state` in {@link VfioRegionGfxEdid}. */
export const VFIO_DEVICE_GFX_LINK_STATE_UP = 1;
export const VFIO_DEVICE_GFX_LINK_STATE_DOWN = 2;

/**
 * Start of a VFIO_REGION_SUBTYPE_GFX_EDID region. The user takes the link down, writes blob and
 * size, and takes it up again; only `edid_size` and `link_state` can be written.
 */
export const VfioRegionGfxEdid = struct('vfio_region_gfx_edid', {
  edid_offset: u32(0),
  edid_max_size: u32(4),
  edid_size: u32(8),
  max_xres: u32(12),
  max_yres: u32(16),
  link_state: u32(20),
});
