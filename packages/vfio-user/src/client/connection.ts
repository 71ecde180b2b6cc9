import { failure as coreFailure, type Clock, type MdevError } from '@mdevkit/core';
import type { Patience, UnixStream } from '@mdevkit/linux';
import { VFIO_USER_ERROR, VFIO_USER_NO_REPLY } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { commandName } from '../protocol/index.js';
import type { Incoming } from '../wire/index.js';
import { Channel, type ChannelHandler, type ChannelLimits } from './channel.js';
import { ExchangeSlots } from './exchange-slots.js';
import type { Exchange, Pending } from './exchange.js';
import { PayloadExchange, type PayloadReply } from './payload-exchange.js';
import { remoteError } from './remote-error.js';

export interface ConnectionOptions {
  readonly clock: Clock;
  /** Milliseconds that a reply may take. */
  readonly timeoutMs: number;
  readonly patience: Patience;
  readonly limits: ChannelLimits;
  /** A command of the server. */
  readonly onCommand: (incoming: Incoming, channel: Channel) => void;
  /** Once, when the server is gone or cannot be followed any more; everybody who waits has been told. */
  readonly onLost: (why: string) => void;
}

/**
 * Commands to the server and their replies. Commands are sent in the order in which they are run, a bounded number of
 * them before the first is answered. A server that is gone, answers late or breaks the protocol is lost for good: the
 * stream cannot be trusted any more.
 *
 * Source: docs/interop/vfio-user.rst, VFIO-user Message, Header.
 */
export class Connection implements ChannelHandler, Disposable {
  readonly #options: ConnectionOptions;
  readonly #channel: Channel;
  readonly #slots = new ExchangeSlots();
  /** What is not sent yet, because enough is on its way or the socket takes no more. */
  readonly #queue: Pending[] = [];
  /** What later calls get. */
  #refusal: MdevError | undefined;
  /** One for all commands: it looks after the one that waits longest. */
  #timer: Disposable | undefined;

  constructor(stream: UnixStream, options: ConnectionOptions) {
    this.#options = options;
    this.#channel = new Channel(stream, options.limits, this);
  }

  get isLost(): boolean {
    return this.#refusal !== undefined;
  }

  /** Throws what every call gets once the server is lost or the connection is closed. */
  requireLive(): void {
    if (this.#refusal !== undefined) {
      throw this.#refusal;
    }
  }

  /** The hot path: a promise only if the reply does not come at once. */
  run<T>(exchange: Exchange<T>): T | Promise<T> {
    if (this.#refusal !== undefined) {
      throw this.#refusal;
    }
    this.#submit(exchange);
    if (exchange.id >= 0 && !exchange.settled) {
      this.#spin(exchange);
    }
    if (exchange.settled) {
      return exchange.result();
    }
    this.#startTimer(exchange);
    return exchange.result();
  }

  /** Sends a command and answers the payload of its reply; descriptors of the reply are closed. */
  async ask(
    command: number,
    payload: Uint8Array,
    descriptors?: readonly number[],
  ): Promise<Uint8Array> {
    const reply = await this.#ask(command, payload, descriptors, false);
    return reply.payload;
  }

  /** The same for a command whose reply may have descriptors, which the caller closes. */
  askForDescriptors(
    command: number,
    payload: Uint8Array,
    descriptors?: readonly number[],
  ): Promise<PayloadReply> {
    return this.#ask(command, payload, descriptors, true);
  }

  /** Rejects all that waits, and all that comes, with `error`. */
  close(error: MdevError): void {
    if (this.#refusal === undefined) {
      this.#end(error, error);
    }
  }

  [Symbol.dispose](): void {
    this.close(coreFailure('device.closed'));
  }

  message(incoming: Incoming): void {
    if (!incoming.isReply) {
      this.#options.onCommand(incoming, this.#channel);
      return;
    }
    const { id, command, flags } = incoming;
    const exchange = this.#slots.take(id, command);
    if (exchange === undefined) {
      this.broken(
        failure('vfio-user.bad-reply', {
          problem: 'a reply to nothing',
          id,
          command: commandName(command),
        }),
      );
      return;
    }
    if ((flags & VFIO_USER_ERROR) !== 0) {
      exchange.fail(remoteError(commandName(command), incoming.errno));
    } else {
      exchange.accept(incoming);
    }
    this.#sendQueued();
  }

  writable(): void {
    this.#sendQueued();
  }

  broken(error: MdevError): void {
    if (this.#refusal === undefined) {
      const lost = error.reason === 'device.revoked' ? error : lostBy(error);
      this.#end(error, lost);
      this.#options.onLost(error.message);
    }
  }

  async #ask(
    command: number,
    payload: Uint8Array,
    descriptors: readonly number[] | undefined,
    wantsDescriptors: boolean,
  ): Promise<PayloadReply> {
    const most = this.#options.limits.maxPayload;
    if (payload.length > most) {
      const size = payload.length;
      throw failure('vfio-user.request-size', { command: commandName(command), size, most });
    }
    return this.run(new PayloadExchange(command, payload, descriptors, wantsDescriptors));
  }

  #submit(exchange: Pending): void {
    if (this.#queue.length > 0 || this.#isStopped(exchange)) {
      exchange.hold();
      exchange.since = this.#options.clock.now();
      this.#queue.push(exchange);
      return;
    }
    this.#send(exchange);
  }

  /** Descriptors that are lent wait with their command: whoever lent them waits for its result. */
  #isStopped(exchange: Pending): boolean {
    return this.#channel.outgoing.queued > 0 || (!exchange.posted && this.#slots.isFull);
  }

  #send(exchange: Pending): void {
    const { outgoing } = this.#channel;
    const length = exchange.encode(outgoing);
    if (exchange.posted) {
      outgoing.command(0, exchange.command, length, VFIO_USER_NO_REPLY);
    } else {
      this.#slots.add(exchange);
      outgoing.command(exchange.id, exchange.command, length, 0, exchange.descriptors);
    }
    this.#channel.sent();
  }

  #sendQueued(): void {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || this.isLost || this.#isStopped(next)) {
        return;
      }
      this.#queue.shift();
      next.since = this.#options.clock.now();
      this.#send(next);
    }
  }

  #spin(exchange: Pending): void {
    const { patience } = this.#options;
    const limit = this.#channel.pumping ? 0 : patience.limit;
    for (let i = 0; i < limit; i++) {
      this.#channel.pump(1);
      if (exchange.settled) {
        patience.paid();
        this.#finishPumping();
        return;
      }
    }
    if (limit > 0) {
      patience.wasted();
    }
  }

  /** What came together with the reply would not wake the event loop any more. */
  #finishPumping(): void {
    if (!this.isLost && this.#channel.incoming.hasMessage) {
      this.#channel.pump(AFTER_REPLY);
    }
  }

  #startTimer(exchange: Pending): void {
    const { clock, timeoutMs } = this.#options;
    if (exchange.since === 0) {
      exchange.since = clock.now();
    }
    this.#timer ??= clock.schedule(timeoutMs, () => {
      this.#timer = undefined;
      this.#checkTime();
    });
  }

  /** What has come meanwhile counts, also if this process had no time to look. */
  #checkTime(): void {
    const { clock, timeoutMs } = this.#options;
    for (let turns = 0; turns < LAST_TURNS && this.#channel.pump(AFTER_REPLY); turns++) {
      // Until nothing is there, or so much that the server must have had the time to answer.
    }
    const oldest = this.#slots.oldest() ?? this.#queue[0];
    if (oldest === undefined || this.isLost) {
      return;
    }
    const left = oldest.since + timeoutMs - clock.now();
    if (left > 0) {
      this.#timer = clock.schedule(left, () => {
        this.#timer = undefined;
        this.#checkTime();
      });
      return;
    }
    const error = failure('vfio-user.no-reply', {
      command: commandName(oldest.command),
      timeoutMs,
    });
    oldest.fail(error);
    this.broken(error);
  }

  /** Those who wait get `error`, those who come later `refusal`. */
  #end(error: MdevError, refusal: MdevError): void {
    this.#refusal = refusal;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const waiting = [...this.#slots.clear(), ...this.#queue.splice(0)];
    this.#channel[Symbol.dispose]();
    for (const exchange of waiting) {
      exchange.fail(error);
    }
  }
}

/** Messages that are handled beside the one that is waited for. */
const AFTER_REPLY = 64;
/** So often they are handled before a server is given up: one that sends for ever is as late as one that is silent. */
const LAST_TURNS = 256;

function lostBy(error: MdevError): MdevError {
  return coreFailure('device.revoked', { why: error.reason }, error);
}
