import type { ReadTarget } from '../descriptor-operations.js';
import { decodeChannelEvent } from './channel-event.js';
import type { EventChannel } from './event-channel.js';
import { DRIVER_EVENT, EVENT_ACKNOWLEDGE, EVENT_LOST, EventAcknowledgement } from './records.js';

/** Room for one event; keeps what it was given. */
export class Room implements ReadTarget {
  readonly length: number;
  /** What reading it throws; nothing without it. */
  readonly broken: Error | undefined;
  /** Runs in the middle of a copy. */
  readonly during: (() => void) | undefined;
  bytes: Uint8Array | undefined;
  copies = 0;

  constructor(options: { length?: number; broken?: Error; during?: () => void } = {}) {
    this.length = options.length ?? 4096;
    this.broken = options.broken;
    this.during = options.during;
  }

  copy(header: Uint8Array, data: Uint8Array): void {
    this.copies += 1;
    this.during?.();
    if (this.broken !== undefined) {
      throw this.broken;
    }
    this.bytes = Uint8Array.of(...header, ...data);
  }

  /** The event as {@link named}; `nothing` if there is none. */
  get event(): string {
    return this.bytes === undefined ? 'nothing' : named(this.bytes);
  }
}

/** `7:3` for event 3 of the driver, of element 7; `7:core 3` for one of the core; `lost 5`. Data follows. */
export function named(bytes: Uint8Array): string {
  const { element, type, data, lost } = decodeChannelEvent(bytes);
  if (type === EVENT_LOST) {
    return `lost ${String(lost)}`;
  }
  const kind = type >= DRIVER_EVENT ? String(type - DRIVER_EVENT) : `core ${String(type)}`;
  const text = data.length === 0 ? '' : ` [${data.join(' ')}]`;
  return `${String(element)}:${kind}${text}`;
}

/** Reads one event without waiting. */
export function readNow(channel: EventChannel, room = new Room()): string {
  void channel.read(room, true);
  return room.event;
}

/** Reads until nothing is left. */
export function drain(channel: EventChannel): string[] {
  const events: string[] = [];
  while ((channel.poll() & 1) !== 0) {
    events.push(readNow(channel));
  }
  return events;
}

/** Waits for one event. */
export async function readLater(channel: EventChannel, room = new Room()): Promise<string> {
  await channel.read(room, false);
  return room.event;
}

export function acknowledgement(element: bigint, count: number, reserved = 0): Uint8Array {
  return EventAcknowledgement.encode({ element, count, reserved });
}

export function ack(channel: EventChannel, element: bigint, count: number): void {
  channel.ioctl(EVENT_ACKNOWLEDGE, acknowledgement(element, count));
}
