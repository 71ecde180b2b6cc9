import { overlay, s32, struct, tail, u16, u32, u8 } from '../../codec/index.js';

/**
 * Resetting a slot or bus with all the functions on it: VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and
 * VFIO_DEVICE_PCI_HOT_RESET.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Special values of `devid`: owned although it has no id here; not owned, -1 as 32 bits. */
export const VFIO_PCI_DEVID_OWNED = 0;
export const VFIO_PCI_DEVID_NOT_OWNED = 0xffff_ffff;

/**
 * A function the reset would hit. With VFIO_PCI_HOT_RESET_FLAG_DEV_ID the first word is `devid`,
 * an iommufd device id, otherwise `group_id`, an IOMMU group.
 */
export const VfioPciDependentDevice = struct('vfio_pci_dependent_device', {
  group_id: u32(0),
  devid: overlay(u32(0)),
  segment: u16(4),
  bus: u8(6),
  devfn: u8(7),
});

/** Flags of {@link VfioPciHotResetInfo}: devices have ids, not groups; the caller owns all. */
export const VFIO_PCI_HOT_RESET_FLAG_DEV_ID = 1 << 0;
export const VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED = 1 << 1;

/** Answer of VFIO_DEVICE_GET_PCI_HOT_RESET_INFO; `count` is right even when `devices` is short. */
export const VfioPciHotResetInfo = struct('vfio_pci_hot_reset_info', {
  argsz: u32(0),
  flags: u32(4),
  count: u32(8),
  devices: tail(12, VfioPciDependentDevice),
});

/** Argument of VFIO_DEVICE_PCI_HOT_RESET: groups that prove ownership; none under iommufd. */
export const VfioPciHotReset = struct('vfio_pci_hot_reset', {
  argsz: u32(0),
  flags: u32(4),
  count: u32(8),
  group_fds: tail(12, s32),
});
