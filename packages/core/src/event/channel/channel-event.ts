import { failure } from '../../errors/index.js';
import type { DeviceEvent } from '../device-events.js';
import { ACCESS_NUMBERS, CAUSE_NUMBERS } from './device-event-record.js';
import { NO_DATA } from './event-list.js';
import {
  EVENT_DEVICE_ERROR,
  EVENT_DEVICE_FATAL,
  EVENT_DEVICE_REQUEST,
  EVENT_DMA_FAULT,
  EVENT_LOST,
  EventDeviceRequest,
  EventDmaFault,
  EventHeader,
  EventLost,
} from './records.js';

/** An event as a client reads it. */
export interface ChannelEvent {
  /** What the client knows the object by; 0 for an event of the device. */
  readonly element: bigint;
  /** EVENT_* for an event of the core, `DRIVER_EVENT | n` for the driver's event `n`. */
  readonly type: number;
  readonly data: Uint8Array;
  /** How many events were lost before the next one. Only for EVENT_LOST. */
  readonly lost?: number;
}

/**
 * What a read of a channel gave. The data is a copy.
 *
 * @throws MdevError EPROTO `event.record` for bytes that are no event
 */
export function decodeChannelEvent(bytes: Uint8Array): ChannelEvent {
  if (bytes.length < EventHeader.size) {
    throw failure('event.record', { length: bytes.length });
  }
  const { element, type, size } = EventHeader.decode(bytes);
  if (size !== bytes.length - EventHeader.size) {
    throw failure('event.record', { length: bytes.length, size });
  }
  const data = size === 0 ? NO_DATA : new Uint8Array(bytes.subarray(EventHeader.size));
  const event = { element, type, data };
  return type === EVENT_LOST ? { ...event, lost: lostCount(event.data) } : event;
}

/**
 * The event of the device that a channel's event is; undefined for an event of an object.
 *
 * @throws MdevError EPROTO `event.record` for data that is not that of its type
 */
export function deviceEventOf({ type, data }: ChannelEvent): DeviceEvent | undefined {
  switch (type) {
    case EVENT_LOST:
      return { kind: 'lost', count: lostCount(data) };
    case EVENT_DEVICE_REQUEST:
      checkSize(data, EventDeviceRequest.size);
      return { kind: 'request', graceMs: EventDeviceRequest.decode(data).grace_ms };
    case EVENT_DEVICE_FATAL:
      return { kind: 'hangup', reason: textOf(data) };
    case EVENT_DMA_FAULT:
      return faultOf(data);
    case EVENT_DEVICE_ERROR:
      return { kind: 'error', message: textOf(data) };
    default:
      return undefined;
  }
}

function faultOf(data: Uint8Array): DeviceEvent {
  checkSize(data, EventDmaFault.size);
  const { iova, length, pasid, access, cause } = EventDmaFault.decode(data);
  return {
    kind: 'fault',
    pasid,
    iova,
    length: Number(length),
    access: nameOf(ACCESS_NUMBERS, access),
    cause: nameOf(CAUSE_NUMBERS, cause),
  };
}

function nameOf<K extends string>(numbers: Readonly<Record<K, number>>, number: number): K {
  for (const name in numbers) {
    if (numbers[name] === number) {
      return name;
    }
  }
  throw failure('event.record', { number });
}

function lostCount(data: Uint8Array): number {
  checkSize(data, EventLost.size);
  return Number(EventLost.decode(data).count);
}

function checkSize(data: Uint8Array, size: number): void {
  if (data.length !== size) {
    throw failure('event.record', { size: data.length, expected: size });
  }
}

function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
