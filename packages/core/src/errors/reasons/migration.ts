import type { ReasonRow } from '../mdev-error.js';

/** Device features and migration. */
export const migrationReasons = {
  'feature.flags': {
    errno: 'EINVAL',
    text: 'unknown flag bits, or GET and SET together without PROBE',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature',
  },
  'feature.unknown': {
    errno: 'ENOTTY',
    text: 'the device has no such feature',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature',
  },
  'feature.method': {
    errno: 'EINVAL',
    text: 'the feature does not support this method, or none was given',
    source: 'include/linux/vfio.h, vfio_check_feature',
  },
  'feature.payload': {
    errno: 'EINVAL',
    text: 'the payload is shorter than the feature needs',
    source: 'include/linux/vfio.h, vfio_check_feature',
  },
  'migration.unsupported': {
    errno: 'ENOTTY',
    text: 'the device cannot be migrated',
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_mig_device_state',
  },
  'migration.arc': {
    errno: 'EINVAL',
    text: 'there is no way from the current state to this one',
    source: 'drivers/vfio/vfio_main.c, vfio_mig_get_next_state',
  },
  'migration.busy': {
    errno: 'EBUSY',
    text: 'another state change is in progress',
    source: 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE',
  },
  'migration.session-over': {
    errno: 'ENODEV',
    text: 'the data session has ended',
    source: 'samples/vfio-mdev/mtty.c, mtty_save_read',
  },
  'migration.direction': {
    errno: 'EBADF',
    text: 'the data session goes the other way',
    source: 'read(2), write(2) on a descriptor of the other direction',
  },
  'migration.no-data-yet': {
    errno: 'ENOMSG',
    text: 'the pre-copy data is read up for now',
    source: 'include/uapi/linux/vfio.h, VFIO_DEVICE_STATE_PRE_COPY',
  },
  'migration.not-precopy': {
    errno: 'EINVAL',
    text: 'the device is not in a pre-copy state',
    source: 'include/uapi/linux/vfio.h, VFIO_MIG_GET_PRECOPY_INFO',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
