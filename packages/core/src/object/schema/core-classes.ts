import {
  UVERBS_METHOD_ASYNC_EVENT_ALLOC,
  UVERBS_METHOD_INFO_HANDLES,
  UVERBS_METHOD_QUERY_CONTEXT,
  UVERBS_OBJECT_ASYNC_EVENT,
  UVERBS_OBJECT_DEVICE,
} from '@mdevkit/uapi';
import {
  arrayOut,
  bytesOut,
  classMethod,
  createFdObject,
  fdObjectClass,
  flagsIn,
  objectClass,
  optional,
  valueIn,
  valueOut,
  type AnyObjectClass,
} from '../declare/index.js';
import { MAX_ATTRIBUTE_BYTES } from './limits.js';

function ofCore<C extends AnyObjectClass>(declared: C): C {
  return { ...declared, namespace: 'core' };
}

/**
 * The device itself, which has methods but no objects. What does not fit into one answer is read in pieces.
 *
 * Source: Linux drivers/infiniband/core/uverbs_std_types_device.c.
 */
export const DeviceClass = ofCore(
  objectClass({
    name: 'DEVICE',
    id: UVERBS_OBJECT_DEVICE,
    methods: {
      /** The catalogue, in JSON, UTF-8: bytes from `start` (0 without it) on, and how many there are in `total`. */
      query: classMethod(UVERBS_METHOD_QUERY_CONTEXT, {
        catalogue: bytesOut(0, { max: MAX_ATTRIBUTE_BYTES }),
        start: optional(valueIn(1, 'u32')),
        total: valueOut(2, 'u32'),
      }),
      /** The client's objects of a class, oldest first: from `start` (0 without it) on, and how many there are. */
      infoHandles: classMethod(UVERBS_METHOD_INFO_HANDLES, {
        classId: valueIn(0, 'u32'),
        total: valueOut(1, 'u32'),
        handles: arrayOut(2, 'u64', { max: Math.floor(MAX_ATTRIBUTE_BYTES / 8) }),
        start: optional(valueIn(3, 'u32')),
      }),
    },
  }),
);

/** Bits of `flags` in `create` of {@link EventChannelClass}. */
export const EventChannelFlags = {
  /** What happens to the whole device is reported here, too. */
  DEVICE_EVENTS: 1 << 0,
} as const;

/**
 * A queue of events that is read through a descriptor. Any object may report to one; those that are told none report to
 * the client's default channel.
 *
 * Source: Jason Gunthorpe and Sean Hefty on the ofvwg list, April 2016; Linux
 * drivers/infiniband/core/uverbs_std_types_async_fd.c.
 */
export const EventChannelClass = ofCore(
  fdObjectClass({
    name: 'EVENT_CHANNEL',
    id: UVERBS_OBJECT_ASYNC_EVENT,
    methods: {
      /** A new channel, for `capacity` events. */
      create: createFdObject(UVERBS_METHOD_ASYNC_EVENT_ALLOC, {
        capacity: optional(valueIn(1, 'u32')),
        flags: flagsIn(2, EventChannelFlags),
      }),
      /** A descriptor of the default channel; EBUSY while there is one. */
      openDefault: createFdObject(1, {}),
    },
  }),
);

/** What every device may have. */
export const CORE_CLASSES: readonly AnyObjectClass[] = [DeviceClass, EventChannelClass];
