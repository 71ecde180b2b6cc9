import type { DeviceEvent } from '@mdevkit/core';
import { plainNumber, plainText } from './plain.js';

/** A copy of an event, with the types that it should have: a model in plain JavaScript may report anything. */
export function recordedEvent(event: DeviceEvent): DeviceEvent {
  switch (event.kind) {
    case 'request':
      return { kind: 'request', graceMs: plainNumber(event.graceMs) };
    case 'hangup':
      return { kind: 'hangup', reason: plainText(event.reason) };
    case 'fault':
      return { ...event };
    case 'error':
      return { kind: 'error', message: plainText(event.message) };
    case 'lost':
      return { kind: 'lost', count: plainNumber(event.count) };
    default:
      return { kind: 'error', message: 'an event of no known kind' };
  }
}
