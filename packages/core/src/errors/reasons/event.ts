import type { ReasonRow } from '../mdev-error.js';

const READ = 'drivers/infiniband/core/uverbs_main.c, ib_uverbs_event_read';
const ACK = 'ibv_ack_async_event(3), ibv_ack_cq_events(3)';

const AFU_READ = 'drivers/misc/cxl/file.c, afu_read';

/** Event channels and the events of AFU contexts. */
export const eventReasons = {
  'event.capacity': {
    errno: 'EINVAL',
    text: 'a channel queues 1 to 1048576 events',
    source: 'own rule: a queue has a limit',
  },
  'event.budget': {
    errno: 'ENOSPC',
    text: 'the channels of the client would queue more events together than they may',
    source: 'own rule: a client cannot use up memory',
  },
  'event.device-channels': {
    errno: 'ENOSPC',
    text: 'the client has as many channels that hear of the device as it can have',
    source: 'own rule: a client cannot make each event of the device expensive',
  },
  'event.type': {
    errno: 'EINVAL',
    text: 'the number of an event of a driver is 0 to 65535',
    source: 'own rule: the numbers of the core and of a driver are apart',
  },
  'event.data': {
    errno: 'EINVAL',
    text: 'the data of an event is bytes',
    source: 'own rule: a driver may be plain JavaScript',
  },
  'event.too-large': {
    errno: 'EMSGSIZE',
    text: 'an event has at most 4080 bytes of data',
    source: 'include/uapi/misc/cxl.h, CXL_READ_MIN_SIZE: an event fits the smallest read buffer',
  },
  'event.room': {
    errno: 'EINVAL',
    text: 'the buffer has no room for the event, which stays',
    source: `${READ}: count < eventsz`,
  },
  'event.empty': {
    errno: 'EAGAIN',
    text: 'there is no event now',
    source: `${READ}: O_NONBLOCK`,
  },
  'event.copy': {
    errno: 'EFAULT',
    text: 'the event did not reach the reader, and stays',
    source: `${READ}: copy_to_user`,
  },
  'event.ended': {
    errno: 'EIO',
    text: 'the device is gone, and all its events have been read',
    source: `${READ}: is_closed`,
  },
  'event.closed': {
    errno: 'EBADF',
    text: 'the event channel was closed',
    source: 'close(2): a closed descriptor',
  },
  'event.operation': {
    errno: 'ENOTTY',
    text: 'an event channel has no such operation',
    source: 'ioctl(2)',
  },
  'event.ack-length': {
    errno: 'EINVAL',
    text: 'an acknowledgement has 16 bytes',
    source: 'own rule: nothing is guessed',
  },
  'event.ack-reserved': {
    errno: 'EINVAL',
    text: 'the reserved field of an acknowledgement is not zero',
    source: 'Documentation/process/botching-up-ioctls.rst: unused fields are checked',
  },
  'event.ack-element': {
    errno: 'EINVAL',
    text: 'no event of this element was read and is not acknowledged',
    source: ACK,
  },
  'event.ack-count': {
    errno: 'EINVAL',
    text: 'fewer events of the element were read and are not acknowledged',
    source: ACK,
  },
  'event.ack-argument': {
    errno: 'EINVAL',
    text: 'the number of events to acknowledge is 0 to 4294967295',
    source: 'own rule: it is a u32',
  },
  'event.record': {
    errno: 'EPROTO',
    text: 'what was read is not an event of a channel',
    source: 'own rule: a client checks what it is told',
  },
  'afu.read-size': {
    errno: 'EINVAL',
    text: 'who reads the events of a context has room for 4096 bytes',
    source: `${AFU_READ}: count < CXL_READ_MIN_SIZE`,
  },
  'afu.empty': {
    errno: 'EAGAIN',
    text: 'the context has no event now',
    source: `${AFU_READ}: O_NONBLOCK`,
  },
  'afu.ended': {
    errno: 'EIO',
    text: 'the context was detached or its card is gone, and all its events have been read',
    source: `${AFU_READ}: CLOSED`,
  },
  'afu.closed': {
    errno: 'EBADF',
    text: 'the descriptor of the context was closed',
    source: 'close(2)',
  },
  'afu.detached': {
    errno: 'EIO',
    text: 'a context that was detached does not start again',
    source: 'drivers/misc/cxl/file.c, afu_ioctl_start_work',
  },
  'afu.copy': {
    errno: 'EFAULT',
    text: 'the event could not be copied to its reader',
    source: `${AFU_READ}: copy_to_user`,
  },
  'afu.event-size': {
    errno: 'EMSGSIZE',
    text: 'the event of the driver is larger than any reader has room for, and is given up',
    source:
      'drivers/misc/cxl/file.c, afu_driver_event_copy; own rule: EFAULT is for copies that failed',
  },
  'afu.no-event': {
    errno: 'EPROTO',
    text: 'the driver announces events without end and has none',
    source: 'own rule: no read goes on for ever',
  },
  'afu.driver-ops': {
    errno: 'EINVAL',
    text: 'a driver of events has both callbacks',
    source: 'drivers/misc/cxl/api.c, cxl_set_driver_ops (WARN_ON)',
  },
  'afu.driver-busy': {
    errno: 'EBUSY',
    text: 'events of the driver are announced or in flight',
    source: 'seed 001, cxl_unset_driver_ops',
  },
  'afu.no-driver': {
    errno: 'EINVAL',
    text: 'no driver is registered whose events could be announced',
    source: 'drivers/misc/cxl/api.c, cxl_set_driver_ops',
  },
  'afu.notify-count': {
    errno: 'EINVAL',
    text: 'a driver announces a whole number of events, or 0',
    source: 'include/misc/cxl.h, cxl_context_events_pending (unsigned)',
  },
  'afu.credits': {
    errno: 'ENOSPC',
    text: 'a driver has announced more events than may be unread',
    source: 'own rule: a counter has a limit',
  },
  'afu.irq': {
    errno: 'EINVAL',
    text: 'the context has no interrupt of this number; they count from 1',
    source: 'drivers/misc/cxl/irq.c, cxl_irq_afu',
  },
  'afu.value': {
    errno: 'EINVAL',
    text: 'an address, a dsisr and an error are numbers of 64 bits',
    source: 'include/uapi/misc/cxl.h, struct cxl_event_data_storage, struct cxl_event_afu_error',
  },
  'afu.event-format': {
    errno: 'EPROTO',
    text: 'what was read is not an event of a context',
    source: 'include/uapi/misc/cxl.h, struct cxl_event',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;
