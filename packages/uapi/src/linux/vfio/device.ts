import { nested, struct, u32 } from '../../codec/index.js';
import { VfioInfoCapHeader } from './capability.js';

/**
 * What a device is: VFIO_DEVICE_GET_INFO.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioDeviceInfo}: it can be reset, which bus it is on, capabilities follow. */
export const VFIO_DEVICE_FLAGS_RESET = 1 << 0;
export const VFIO_DEVICE_FLAGS_PCI = 1 << 1;
export const VFIO_DEVICE_FLAGS_PLATFORM = 1 << 2;
export const VFIO_DEVICE_FLAGS_AMBA = 1 << 3;
export const VFIO_DEVICE_FLAGS_CCW = 1 << 4;
export const VFIO_DEVICE_FLAGS_AP = 1 << 5;
export const VFIO_DEVICE_FLAGS_FSL_MC = 1 << 6;
export const VFIO_DEVICE_FLAGS_CAPS = 1 << 7;
export const VFIO_DEVICE_FLAGS_CDX = 1 << 8;

/**
 * Answer of VFIO_DEVICE_GET_INFO. A caller may know only the first 16 bytes; older headers end
 * before `pad`.
 */
export const VfioDeviceInfo = struct('vfio_device_info', {
  argsz: u32(0),
  flags: u32(4),
  num_regions: u32(8),
  num_irqs: u32(12),
  cap_offset: u32(16),
  pad: u32(20),
});

/** Values of a mediated device type's `device_api` attribute. */
export const VFIO_DEVICE_API_PCI_STRING = 'vfio-pci';
export const VFIO_DEVICE_API_PLATFORM_STRING = 'vfio-platform';
export const VFIO_DEVICE_API_AMBA_STRING = 'vfio-amba';
export const VFIO_DEVICE_API_CCW_STRING = 'vfio-ccw';
export const VFIO_DEVICE_API_AP_STRING = 'vfio-ap';

/** Capabilities behind {@link VfioDeviceInfo}: four of s390 PCI, then atomic operations. */
export const VFIO_DEVICE_INFO_CAP_ZPCI_BASE = 1;
export const VFIO_DEVICE_INFO_CAP_ZPCI_GROUP = 2;
export const VFIO_DEVICE_INFO_CAP_ZPCI_UTIL = 3;
export const VFIO_DEVICE_INFO_CAP_ZPCI_PFIP = 4;
export const VFIO_DEVICE_INFO_CAP_PCI_ATOMIC_COMP = 5;

/** Flags of {@link VfioDeviceInfoCapPciAtomicComp}: widths the root bus completes, in bits. */
export const VFIO_PCI_ATOMIC_COMP32 = 1 << 0;
export const VFIO_PCI_ATOMIC_COMP64 = 1 << 1;
export const VFIO_PCI_ATOMIC_COMP128 = 1 << 2;

/** Capability VFIO_DEVICE_INFO_CAP_PCI_ATOMIC_COMP. */
export const VfioDeviceInfoCapPciAtomicComp = struct('vfio_device_info_cap_pci_atomic_comp', {
  header: nested(0, VfioInfoCapHeader),
  flags: u32(8),
  reserved: u32(12),
});
