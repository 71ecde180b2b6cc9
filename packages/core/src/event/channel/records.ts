import { pad, struct, u32, u64 } from '@mdevkit/uapi';

/**
 * What a read of an event channel gives: {@link EventHeader} and `size` bytes of data. `element` is what the client knows
 * the object by, and 0 for an event of the device.
 *
 * Source: Linux include/uapi/rdma/ib_user_verbs.h, struct ib_uverbs_async_event_desc, whose reserved field is the size here.
 */
export const EventHeader = struct('mdevkit_event_header', {
  element: u64(0),
  type: u32(8),
  size: u32(12),
});

/** Bytes of the data of one event at the most; header and data fill the 4096 bytes that every reader should have. */
export const MAX_EVENT_DATA = 4080;

/** Bytes of the largest event. */
export const MAX_EVENT_SIZE = EventHeader.size + MAX_EVENT_DATA;

/** The reader was too slow: {@link EventLost}. */
export const EVENT_LOST = 0;
/** The device wants to be let go of: {@link EventDeviceRequest}. */
export const EVENT_DEVICE_REQUEST = 1;
/** The device is gone; the last event. Its data is the reason, UTF-8. Linux IB_EVENT_DEVICE_FATAL. */
export const EVENT_DEVICE_FATAL = 2;
/** A DMA access was refused: {@link EventDmaFault}. */
export const EVENT_DMA_FAULT = 3;
/** The device failed in something. Its data says what, UTF-8. */
export const EVENT_DEVICE_ERROR = 4;

/** The namespace of the driver: its event `n` has the type `DRIVER_EVENT | n`. */
export const DRIVER_EVENT = 0x1_0000;

/** Events that stood here were dropped. */
export const EventLost = struct('mdevkit_event_lost', { count: u64(0) });

/** Milliseconds until the device is taken away. */
export const EventDeviceRequest = struct('mdevkit_event_device_request', {
  grace_ms: u32(0),
  reserved: u32(4),
});

/** `access` is one of EVENT_ACCESS_*, `cause` one of EVENT_CAUSE_*; `length` in bytes. */
export const EventDmaFault = struct('mdevkit_event_dma_fault', {
  iova: u64(0),
  length: u64(8),
  pasid: u32(16),
  access: u32(20),
  cause: u32(24),
  reserved: pad(28, 4),
});

/** Linux include/linux/iommu.h, IOMMU_READ. */
export const EVENT_ACCESS_READ = 1;
/** Linux include/linux/iommu.h, IOMMU_WRITE. */
export const EVENT_ACCESS_WRITE = 2;

/** The causes of a `DmaFault`. */
export const EVENT_CAUSE_UNATTACHED = 1;
export const EVENT_CAUSE_UNMAPPED = 2;
export const EVENT_CAUSE_PERMISSION = 3;
export const EVENT_CAUSE_MEMORY = 4;
export const EVENT_CAUSE_REQUEST = 5;

/** The operation by which a client says that it is done with events that it has read: {@link EventAcknowledgement}. */
export const EVENT_ACKNOWLEDGE = 1;

/** `count` events of the objects known by `element`. */
export const EventAcknowledgement = struct('mdevkit_event_acknowledgement', {
  element: u64(0),
  count: u32(8),
  reserved: u32(12),
});
