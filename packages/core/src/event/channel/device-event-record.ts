import type { DeviceEvent } from '../device-events.js';
import {
  EVENT_ACCESS_READ,
  EVENT_ACCESS_WRITE,
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
  EventDeviceRequest,
  EventDmaFault,
  EventLost,
  MAX_EVENT_DATA,
} from './records.js';

/** The type and the data of an event, as `EventChannel.tell` takes them. */
export interface EventRecord {
  readonly type: number;
  readonly data: Uint8Array;
}

type Fault = Extract<DeviceEvent, { readonly kind: 'fault' }>;

export const ACCESS_NUMBERS = {
  read: EVENT_ACCESS_READ,
  write: EVENT_ACCESS_WRITE,
} as const satisfies Record<Fault['access'], number>;

export const CAUSE_NUMBERS = {
  unattached: EVENT_CAUSE_UNATTACHED,
  unmapped: EVENT_CAUSE_UNMAPPED,
  permission: EVENT_CAUSE_PERMISSION,
  memory: EVENT_CAUSE_MEMORY,
  request: EVENT_CAUSE_REQUEST,
} as const satisfies Record<Fault['cause'], number>;

const encoder = new TextEncoder();

/** An event of the device as channels carry it. A text that is too long is cut, between two characters. */
export function deviceEventRecord(event: DeviceEvent): EventRecord {
  switch (event.kind) {
    case 'lost':
      return { type: EVENT_LOST, data: EventLost.encode({ count: BigInt(event.count) }) };
    case 'request':
      return {
        type: EVENT_DEVICE_REQUEST,
        data: EventDeviceRequest.encode({ grace_ms: milliseconds(event.graceMs) }),
      };
    case 'hangup':
      return { type: EVENT_DEVICE_FATAL, data: textData(event.reason) };
    case 'fault':
      return { type: EVENT_DMA_FAULT, data: faultData(event) };
    case 'error':
      return { type: EVENT_DEVICE_ERROR, data: textData(event.message) };
  }
}

/** A grace need not be an integer, and may be infinite. */
function milliseconds(grace: number): number {
  return grace > 0 ? Math.min(Math.ceil(grace), 0xffff_ffff) : 0;
}

function faultData(fault: Fault): Uint8Array {
  return EventDmaFault.encode({
    iova: fault.iova,
    length: BigInt(fault.length),
    pasid: fault.pasid,
    access: ACCESS_NUMBERS[fault.access],
    cause: CAUSE_NUMBERS[fault.cause],
  });
}

function textData(text: string): Uint8Array {
  const room = new Uint8Array(MAX_EVENT_DATA);
  // Not a view: channels keep it, and the room with it.
  return room.slice(0, encoder.encodeInto(text, room).written);
}
