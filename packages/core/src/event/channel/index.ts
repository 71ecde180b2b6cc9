export { decodeChannelEvent, deviceEventOf, type ChannelEvent } from './channel-event.js';
export { deviceEventRecord, type EventRecord } from './device-event-record.js';
export {
  DEFAULT_EVENT_CAPACITY,
  EventChannel,
  MAX_EVENT_CAPACITY,
  type EventChannelOptions,
  type ReportListener,
} from './event-channel.js';
export { EventSource } from './event-source.js';
export type { ObjectEvents } from './object-events.js';
export {
  DRIVER_EVENT,
  EVENT_ACCESS_READ,
  EVENT_ACCESS_WRITE,
  EVENT_ACKNOWLEDGE,
  EVENT_CAUSE_MEMORY,
  EVENT_CAUSE_PERMISSION,
  EVENT_CAUSE_REQUEST,
  EVENT_CAUSE_UNATTACHED,
  EVENT_CAUSE_UNMAPPED,
  EVENT_DEVICE_ERROR,
  EVENT_DEVICE_FATAL,
  EVENT_DEVICE_REQUEST,
  EVENT_DMA_FAULT,
  EVENT_LOST,
  EventAcknowledgement,
  EventDeviceRequest,
  EventDmaFault,
  EventHeader,
  EventLost,
  MAX_EVENT_DATA,
  MAX_EVENT_SIZE,
} from './records.js';
