import { ControlClient, failure as coreFailure, type Clock, type Control } from '@mdevkit/core';
import { decodeError, decodeGreeting } from '@mdevkit/control';
import { failure } from '../../errors/index.js';
import { CONTROL_COMMAND, CONTROL_HEAD, CONTROL_OPEN } from '../../protocol/index.js';
import { closeAll } from '../../wire/index.js';
import type { Connection } from '../connection.js';
import { SessionTransport } from './session-transport.js';

/** What came of a control command that succeeded. The caller closes the descriptors. */
export interface ControlOutcome {
  readonly file: number;
  readonly data: Uint8Array;
  readonly descriptors: readonly number[];
}

/** Commands of the control plane on one connection, and the transports that use them. */
export class ControlCalls {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  /** Those that are not closed, by their transports. */
  readonly #controls = new Map<SessionTransport, Control>();

  constructor(connection: Connection, clock: Clock, timeoutMs: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** A table of objects of its own, which ends with the device at the latest. */
  async open(): Promise<Control> {
    const transport = await this.openTransport();
    const control = new ControlClient(transport);
    this.#controls.set(transport, control);
    return control;
  }

  /** The same without the typed calls; the caller closes it. */
  async openTransport(): Promise<SessionTransport> {
    const { file, data, descriptors } = await this.ask(CONTROL_OPEN, 0);
    closeAll(descriptors);
    const transport: SessionTransport = new SessionTransport(file, decodeGreeting(data), {
      calls: this,
      clock: this.#clock,
      timeoutMs: this.#timeoutMs,
      onClosed: () => {
        this.#controls.delete(transport);
      },
    });
    return transport;
  }

  /** Throws the error of the call, EIO once the server is gone, EPROTO for what is no answer. */
  async ask(
    operation: number,
    file: number,
    message?: Uint8Array,
    fds?: readonly number[],
  ): Promise<ControlOutcome> {
    const request = new Uint8Array(CONTROL_HEAD + (message?.length ?? 0));
    const view = new DataView(request.buffer);
    view.setUint32(0, operation, true);
    view.setUint32(4, file, true);
    if (message !== undefined) {
      request.set(message, CONTROL_HEAD);
    }
    const { payload, descriptors } = await this.#send(request, fds);
    if (payload.length < CONTROL_HEAD) {
      closeAll(descriptors);
      throw failure('vfio-user.bad-reply', { problem: 'an answer of the control plane is cut' });
    }
    const reply = new DataView(payload.buffer, payload.byteOffset);
    const errno = reply.getUint32(0, true);
    const data = payload.subarray(CONTROL_HEAD);
    if (errno !== 0) {
      closeAll(descriptors);
      throw decodeError(errno, data);
    }
    return { file: reply.getUint32(4, true), data, descriptors };
  }

  /** Closes every table. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#controls.values()].map((control) => control.close()));
  }

  async #send(
    request: Uint8Array,
    fds: readonly number[] | undefined,
  ): Promise<{ readonly payload: Uint8Array; readonly descriptors: readonly number[] }> {
    try {
      return await this.#connection.askForDescriptors(CONTROL_COMMAND, request, fds);
    } catch (error) {
      throw this.#connection.isLost ? coreFailure('object.disassociated', {}, error) : error;
    }
  }
}
