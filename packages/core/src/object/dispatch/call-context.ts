import { EventChannel } from '../../event/channel/event-channel.js';
import type { ObjectEvents } from '../../event/channel/object-events.js';
import {
  isHeldRef,
  type Call,
  type ControlClientIdentity,
  type ObjectEventsOptions,
} from '../implement/index.js';
import type { EndSignal } from '../life/end-signal.js';
import type { ObjectEntry } from '../life/object-entry.js';

/** What stands behind an object of a class to which events can be bound. */
export interface HasChannel {
  readonly channel: EventChannel;
}

/** What a handler is told of its call. */
export class CallContext implements Call {
  readonly client: ControlClientIdentity;
  readonly handle: number;
  readonly #created: ObjectEntry | undefined;
  readonly #defaultChannel: EventChannel;
  readonly #ending: EndSignal;

  constructor(
    client: ControlClientIdentity,
    defaultChannel: EventChannel,
    ending: EndSignal,
    created: ObjectEntry | undefined,
    subject: ObjectEntry | undefined,
  ) {
    this.client = client;
    this.handle = (created ?? subject)?.handle ?? 0;
    this.#created = created;
    this.#defaultChannel = defaultChannel;
    this.#ending = ending;
  }

  /** @throws TypeError when no object is being created, or for a channel or an element that is none */
  events(options: ObjectEventsOptions = {}): ObjectEvents {
    const created = this.#created;
    if (created?.condition !== 'creating' && created?.condition !== 'gone') {
      throw new TypeError('only a handler that creates an object binds it to events');
    }
    const { channel, element = BigInt(created.handle) } = options;
    const source = this.#channelOf(channel).source(requireElement(element));
    if (created.condition === 'gone') {
      // The handler is late. What it creates will be released as soon as it answers.
      source.release();
    } else {
      created.sources.push(source);
    }
    return source;
  }

  onEnd(callback: () => void): Disposable {
    return this.#ending.on(callback);
  }

  #channelOf(ref: unknown): EventChannel {
    if (ref === undefined) {
      return this.#defaultChannel;
    }
    const state = isHeldRef(ref) ? ref.state : undefined;
    if (typeof state === 'object' && state !== null && 'channel' in state) {
      const { channel } = state;
      if (channel instanceof EventChannel) {
        return channel;
      }
    }
    throw new TypeError('events go to an object of the class EVENT_CHANNEL');
  }
}

/** A driver in plain JavaScript may pass anything, and an event is too late to find out. */
function requireElement(element: unknown): bigint {
  if (typeof element !== 'bigint' || BigInt.asUintN(64, element) !== element) {
    throw new TypeError('an element is a bigint of 64 bits');
  }
  return element;
}
