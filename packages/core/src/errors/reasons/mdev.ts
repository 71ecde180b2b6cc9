import type { ReasonRow } from '../mdev-error.js';

/** mdevs, parents, types, drivers and the host. */
export const mdevReasons = {
  'mdev.uuid': {
    errno: 'EINVAL',
    text: 'not a UUID of 36 characters',
    source: 'drivers/vfio/mdev/mdev_sysfs.c, create_store',
  },
  'mdev.exists': {
    errno: 'EEXIST',
    text: 'an mdev of this UUID exists',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create',
  },
  'mdev.no-instances': {
    errno: 'EUSERS',
    text: 'the parent has no instances of this type left',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create',
  },
  'mdev.not-found': {
    errno: 'ENODEV',
    text: 'there is no mdev of this UUID',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_remove',
  },
  'mdev.removing': {
    errno: 'EAGAIN',
    text: 'the mdev is not active yet or is already being removed',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_remove',
  },
  'mdev.grace': {
    errno: 'EINVAL',
    text: 'a grace is a number of milliseconds, 0 or more',
    source: 'docs/reference/device-rules.md, deadlines',
  },
  'parent.exists': {
    errno: 'EEXIST',
    text: 'a parent of this name is registered',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_register_parent',
  },
  'parent.not-found': {
    errno: 'ENODEV',
    text: 'there is no parent of this name',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create',
  },
  'parent.leaving': {
    errno: 'ENODEV',
    text: 'the parent is being removed',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create (unreg_sem)',
  },
  'type.not-found': {
    errno: 'ENOENT',
    text: 'the parent has no such type',
    source: 'Documentation/ABI/testing/sysfs-bus-vfio-mdev, mdev_supported_types',
  },
  'driver.invalid': {
    errno: 'EINVAL',
    text: 'the driver is not well formed',
    source: 'drivers/vfio/mdev/mdev_driver.c, mdev_register_driver',
  },
  'driver.exists': {
    errno: 'EEXIST',
    text: 'a driver of this name is loaded',
    source: 'drivers/base/driver.c, driver_register',
  },
  'driver.not-found': {
    errno: 'ENOENT',
    text: 'no driver of this name is loaded',
    source: 'drivers/base/driver.c, driver_find',
  },
  'driver.package': {
    errno: 'ENOENT',
    text: 'the package cannot be found',
    source: 'Node.js, modules: packages',
  },
  'driver.entry': {
    errno: 'ENOEXEC',
    text: 'the package does not offer a driver',
    source: 'docs/guides/drivers.md, package.json',
  },
  'driver.load': {
    errno: 'ENOEXEC',
    text: 'the module of the driver failed to load',
    source: 'docs/guides/drivers.md, package.json',
  },
  'host.closed': {
    errno: 'ENODEV',
    text: 'the host has been closed',
    source: 'module unload: drivers/vfio/mdev/mdev_core.c, mdev_exit',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
