import type { Incoming, Outgoing } from '../wire/index.js';
import { Exchange } from './exchange.js';

/** A reply beside the hot path: a copy of its payload, and the descriptors that came with it. */
export interface PayloadReply {
  readonly payload: Uint8Array;
  /** The receiver closes them; none unless they were asked for. */
  readonly descriptors: readonly number[];
}

const none: readonly number[] = [];

/** A command whose payload is made before it is sent. */
export class PayloadExchange extends Exchange<PayloadReply> {
  readonly command: number;
  override readonly descriptors: readonly number[] | undefined;
  readonly #payload: Uint8Array;
  readonly #wantsDescriptors: boolean;

  constructor(
    command: number,
    payload: Uint8Array,
    descriptors: readonly number[] | undefined,
    wantsDescriptors: boolean,
  ) {
    super();
    this.command = command;
    this.descriptors = descriptors;
    this.#payload = payload;
    this.#wantsDescriptors = wantsDescriptors;
  }

  encode(outgoing: Outgoing): number {
    outgoing.bytes.set(this.#payload);
    return this.#payload.length;
  }

  protected decode(incoming: Incoming): PayloadReply {
    const { at, length, bytes } = incoming;
    return {
      payload: bytes.slice(at, at + length),
      descriptors: this.#wantsDescriptors ? incoming.takeDescriptors() : none,
    };
  }
}
