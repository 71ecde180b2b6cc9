import {
  failure as coreFailure,
  trackDisposable,
  trackReleased,
  type Clock,
  type ControlMessage,
  type ControlTransport,
  type ObjectDescriptor,
} from '@mdevkit/core';
import { ClientDescriptors, type Greeting } from '@mdevkit/control';
import { duplicates } from '@mdevkit/linux';
import { failure } from '../../errors/index.js';
import { CONTROL_CALL, CONTROL_CLOSE } from '../../protocol/index.js';
import { closeAll } from '../../wire/index.js';
import type { ControlCalls } from './control-calls.js';

export interface SessionTransportOptions {
  readonly calls: ControlCalls;
  readonly clock: Clock;
  /** Milliseconds in which a descriptor has to be confirmed closed. */
  readonly timeoutMs: number;
  readonly onClosed: () => void;
}

/** Calls of one table of objects inside a vfio-user session. */
export class SessionTransport implements ControlTransport {
  readonly driverId: number;
  readonly maxMessage: number;
  readonly #maxDescriptors: number;
  readonly #file: number;
  readonly #options: SessionTransportOptions;
  readonly #descriptors: ClientDescriptors;
  #closing: Promise<void> | undefined;

  constructor(file: number, greeting: Greeting, options: SessionTransportOptions) {
    this.driverId = greeting.driverId;
    this.maxMessage = greeting.maxMessage;
    this.#maxDescriptors = greeting.maxDescriptors;
    this.#file = file;
    this.#options = options;
    this.#descriptors = new ClientDescriptors(options.clock, options.timeoutMs);
    trackDisposable(this);
  }

  async call({
    bytes,
    descriptors,
  }: ControlMessage<ObjectDescriptor | number>): Promise<ControlMessage<ObjectDescriptor>> {
    if (this.#closing !== undefined) {
      throw coreFailure('object.closed');
    }
    const most = this.#maxDescriptors;
    if (descriptors.length > most) {
      throw failure('vfio-user.control-descriptors', { count: descriptors.length, most });
    }
    // Copies, because the call may have to wait, and its owner may close what it gave.
    const fds = duplicates(this.#descriptors.fdsOf(descriptors));
    try {
      const answer = await this.#options.calls.ask(CONTROL_CALL, this.#file, bytes, fds);
      return { bytes: answer.data, descriptors: this.#descriptors.adopt(answer.descriptors) };
    } finally {
      closeAll(fds);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#options.calls.ask(CONTROL_CLOSE, this.#file);
    } catch {
      // The server is gone, and with it what the client had there.
    }
    await this.#descriptors.close();
    this.#options.onClosed();
    trackReleased(this);
  }
}
