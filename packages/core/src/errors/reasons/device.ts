import type { ReasonRow } from '../mdev-error.js';

/** Who may use a device when, binary calls, regions, and what a device model did. */
export const deviceReasons = {
  'device.not-open': {
    errno: 'EINVAL',
    text: 'the device has not been opened',
    source: 'drivers/vfio/vfio_main.c, vfio_device_fops_unl_ioctl (access_granted)',
  },
  'device.busy': {
    errno: 'EBUSY',
    text: 'the device is open in another client',
    source: 'drivers/vfio/group.c, vfio_group_fops_open',
  },
  'device.closed': {
    errno: 'EBADF',
    text: 'this client has closed the device',
    source: 'close(2): a closed descriptor',
  },
  'device.revoked': {
    errno: 'ENODEV',
    text: 'the device was removed',
    source: 'Documentation/driver-api/vfio-mediated-device.rst, remove',
  },
  'device.resetting': {
    errno: 'EBUSY',
    text: 'the device is being reset',
    source: 'drivers/vfio/device_cdev.c, attach during reset',
  },
  'device.reset-contended': {
    errno: 'EAGAIN',
    text: 'another reset is in progress',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_reset (pci_try_reset_function)',
  },
  'device.no-reset': {
    errno: 'EINVAL',
    text: 'the device cannot be reset',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_reset',
  },
  'device.failed': {
    errno: 'EIO',
    text: 'the last reset failed; reset or open the device again',
    source: 'PCIe Base Spec 6.6.2: a function that does not come out of reset',
  },
  'device.argument': {
    errno: 'EINVAL',
    text: 'an argument of the call is of the wrong type',
    source: 'include/uapi/linux/vfio.h, the structures: in C they give the types',
  },
  'ioctl.argsz': {
    errno: 'EINVAL',
    text: 'argsz is smaller than the fixed part of the structure',
    source: 'include/uapi/linux/vfio.h, general rule of argsz',
  },
  'ioctl.fault': {
    errno: 'EFAULT',
    text: 'the buffer is shorter than argsz says',
    source: 'copy_from_user in drivers/vfio/pci/vfio_pci_core.c',
  },
  'ioctl.unknown': {
    errno: 'ENOTTY',
    text: 'the device has no such call',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_ioctl',
  },
  'region.index': {
    errno: 'EINVAL',
    text: 'the device has no region of this index',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_region_info',
  },
  'region.range': {
    errno: 'EINVAL',
    text: 'the access starts at or beyond the end of the region',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw',
  },
  'region.beyond': {
    errno: 'EFAULT',
    text: 'the access reaches beyond the end of the configuration space',
    source: 'drivers/vfio/pci/vfio_pci_config.c, vfio_config_do_rw',
  },
  'region.direction': {
    errno: 'EINVAL',
    text: 'the region does not allow this direction',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_rw',
  },
  'region.disabled': {
    errno: 'EIO',
    text: 'the region does not decode accesses now',
    source: 'drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw (memory disabled)',
  },
  'region.mmap': {
    errno: 'EINVAL',
    text: 'the range is not one page-aligned mappable area',
    source: 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_mmap',
  },
  'model.count': {
    errno: 'EIO',
    text: 'a handler of the device answered with an impossible count',
    source: 'include/linux/vfio.h, struct vfio_device_ops (read, write)',
  },
  'model.payload': {
    errno: 'EIO',
    text: 'a handler of the device answered with a payload of the wrong size',
    source: 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE',
  },
  'model.threw': {
    errno: 'EIO',
    text: 'a handler of the device failed',
    source: 'include/linux/vfio.h, struct vfio_device_ops',
  },
  'model.deadline': {
    errno: 'ETIMEDOUT',
    text: 'a handler of the device did not answer in time',
    source: 'docs/reference/device-rules.md, deadlines',
  },
  'model.invalid': {
    errno: 'EINVAL',
    text: 'the device model is not well formed',
    source: 'drivers/vfio/vfio_main.c, __vfio_register_dev',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
