import type { MdevError } from '@mdevkit/core';
import type { UnixStream } from '@mdevkit/linux';
import type { Incoming } from '../wire/index.js';
import { Channel, type ChannelHandler, type ChannelLimits } from './channel.js';
import type { DmaService } from './dma-service.js';

/**
 * The socket on which a server asks for memory and nothing else, so that it may wait for the answer while it carries a
 * command of ours out.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_VERSION (twin_socket).
 */
export class TwinService implements ChannelHandler, Disposable {
  readonly #service: DmaService;
  readonly #channel: Channel;
  readonly #onBroken: (error: MdevError) => void;

  /** `onBroken` is told when nothing comes here any more. */
  constructor(
    stream: UnixStream,
    limits: ChannelLimits,
    service: DmaService,
    onBroken: (error: MdevError) => void,
  ) {
    this.#service = service;
    this.#onBroken = onBroken;
    this.#channel = new Channel(stream, limits, this);
  }

  message(incoming: Incoming): void {
    // We ask nothing here, so that a reply answers nothing; it is dropped like any other stray one.
    if (!incoming.isReply) {
      this.#service.serve(incoming, this.#channel.answers);
      this.#channel.sent();
    }
  }

  writable(): void {
    // There is nothing more to send than what waited.
  }

  broken(error: MdevError): void {
    this.#onBroken(error);
  }

  [Symbol.dispose](): void {
    this.#channel[Symbol.dispose]();
  }
}
