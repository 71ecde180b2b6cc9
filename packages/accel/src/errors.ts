import { defineReasons, type ReasonRow } from '@mdevkit/core';

/** Every reason that this package gives. */
export const accelReasons = {
  // The driver
  'accel.no-queues': {
    errno: 'ENOSPC',
    text: 'the accelerator has no free queue; work that was abandoned may still occupy some',
    source: 'drivers/misc/uacce/uacce.c, uacce_fops_open (get_queue)',
  },
  'accel.type': {
    errno: 'EINVAL',
    text: 'the driver has no such type',
    source: 'drivers/vfio/mdev/mdev_core.c, mdev_device_create',
  },

  // Finding and setting up a device
  'accel.no-device': {
    errno: 'ENODEV',
    text: 'no accelerator offers these algorithms and so many queues',
    source: 'UADK wd.c, wd_get_accel_dev',
  },
  'accel.not-an-accelerator': {
    errno: 'ENODEV',
    text: 'the device has no accelerator capability',
    source: 'UADK wd.c, wd_get_accel_list (api)',
  },
  'accel.abi': {
    errno: 'EPROTONOSUPPORT',
    text: 'the device speaks a version of the accelerator interface that is not supported',
    source: 'Documentation/misc-devices/uacce.rst, the api attribute',
  },
  'accel.capability': {
    errno: 'EPROTO',
    text: 'the accelerator capability contradicts itself or the device',
    source: 'PCI Express Base Specification 6.0, section 7.9.4',
  },
  'accel.queue-refused': {
    errno: 'EIO',
    text: 'the device did not enable the queue',
    source: 'drivers/misc/uacce/uacce.c, uacce_start_queue',
  },

  // What a caller asked for
  'accel.algorithm': {
    errno: 'EOPNOTSUPP',
    text: 'the device does not offer the algorithm',
    source: 'Documentation/ABI/testing/sysfs-driver-uacce, algorithms',
  },
  'accel.job': {
    errno: 'EINVAL',
    text: 'the job is not well formed',
    source: 'UADK wd_comp.c, wd_comp_check_params',
  },
  'accel.too-large': {
    errno: 'EMSGSIZE',
    text: 'the job can never fit the device or the buffer memory of its queue',
    source: 'UADK wd_comp.c, wd_comp_check_params; drivers/dma/idxd/sysfs.c, max_transfer_size',
  },
  'accel.buffer-busy': {
    errno: 'EBUSY',
    text: 'the buffer belongs to a job that has not ended',
    source: 'UADK wd_util.c, wd_get_msg_from_pool',
  },
  'accel.buffer-foreign': {
    errno: 'EINVAL',
    text: 'the buffer was released, or belongs to another queue',
    source: 'UADK wd_mempool.c, wd_block_free',
  },
  'accel.closed': {
    errno: 'EBADF',
    text: 'the accelerator has been closed',
    source: 'close(2): a closed descriptor',
  },

  // Jobs that ended without success
  'accel.bad-opcode': {
    errno: 'EOPNOTSUPP',
    text: 'the device does not know the opcode',
    source: 'include/uapi/linux/idxd.h, DSA_COMP_BAD_OPCODE',
  },
  'accel.bad-descriptor': {
    errno: 'EINVAL',
    text: 'the device refused the descriptor',
    source: 'UADK wd.h, WD_IN_EPARA',
  },
  'accel.dma-fault': {
    errno: 'EFAULT',
    text: 'the device could not access a buffer of the job',
    source: 'UADK wd.h, WD_ADDR_ERR',
  },
  'accel.output-too-small': {
    errno: 'EOVERFLOW',
    text: 'the result is longer than the room for it',
    source: 'UADK wd.h, WD_OUT_EPARA',
  },
  'accel.data': {
    errno: 'EILSEQ',
    text: 'the input is not a valid stream',
    source: 'UADK wd.h, WD_VERIFY_ERR',
  },
  'accel.authentication': {
    errno: 'EBADMSG',
    text: 'the authentication tag does not match',
    source: 'include/crypto/aead.h, crypto_aead_decrypt',
  },
  'accel.device-error': {
    errno: 'EIO',
    text: 'the device failed to do the job',
    source: 'UADK wd.h, WD_HW_EACCESS',
  },

  // Jobs that did not end
  'accel.protocol': {
    errno: 'EPROTO',
    text: 'the device completed a job that it did not have, or claimed more output than there was room',
    source: 'UADK wd_util.c, wd_find_msg_in_pool',
  },
  'accel.queue-error': {
    errno: 'EIO',
    text: 'the queue stopped with an error',
    source: 'drivers/misc/uacce/uacce.c, uacce_put_queue (UACCE_Q_ZOMBIE)',
  },
  'accel.reset': {
    errno: 'EIO',
    text: 'the device was reset before the job ended',
    source: 'UADK wd.h, WD_HW_EACCESS (the device is being reset)',
  },
  'accel.lost': {
    errno: 'ENODEV',
    text: 'the device is gone',
    source: 'drivers/misc/uacce/uacce.c, uacce_remove',
  },
} as const satisfies Record<string, ReasonRow>;

/** A reason of {@link accelReasons}. */
export type AccelReason = keyof typeof accelReasons;

/** Makes the errors of this package. */
export const failure = defineReasons(accelReasons);
