import { isThenable, MdevError, type Logger } from '@mdevkit/core';
import {
  controlLimits,
  ControlSession,
  DescriptorStreams,
  disposeAll,
  encodeError,
  encodeGreeting,
  type ServedPlane,
  type SessionAnswer,
} from '@mdevkit/control';
import { failure } from '../../errors/index.js';
import {
  CONTROL_CALL,
  CONTROL_CLOSE,
  CONTROL_COMMAND,
  CONTROL_HEAD,
  CONTROL_OPEN,
  type ServerLimits,
} from '../../protocol/index.js';
import { closeAll, type Incoming, type Outgoing } from '../../wire/index.js';
import { HELD, type Answer, type CommandBytes, type HeldCommand } from '../answer.js';
import { HeldAnswer } from './held-answer.js';

/** Tables of objects that one session may have. */
const MOST_FILES = 64;
/** Bytes that a message may have however little a transfer may. */
const SMALLEST_ROOM = 4096;
const nothing = new Uint8Array(0);
const noEnds: SessionAnswer = { bytes: nothing, ends: [] };

export interface ControlCommandsOptions {
  /** Asked for when a client wants it. */
  readonly plane: () => ServedPlane;
  readonly limits: ServerLimits;
  readonly logger: Logger;
  readonly outgoing: Outgoing;
  readonly answer: Answer;
}

/**
 * Calls of the control plane inside a session, in a command of our own. Whatever comes of a call, the reply of the command
 * is no error, and its payload tells all of it.
 *
 * Source: docs/reference/control-wire.md, Inside vfio-user.
 */
export class ControlCommands {
  /** After an answer of {@link HELD}. */
  held: HeldCommand | undefined;
  readonly #options: ControlCommandsOptions;
  readonly #streams: DescriptorStreams;
  readonly #files = new Map<number, ControlSession>();
  #lastFile = 0;
  #closing: Promise<void> | undefined;

  constructor(options: ControlCommandsOptions) {
    this.#options = options;
    this.#streams = new DescriptorStreams(controlLimits(), options.logger);
  }

  /** When everything is destroyed, after {@link ControlCommands.stop}. Never rejects. */
  get closed(): Promise<void> {
    return this.#closing ?? Promise.resolve();
  }

  /** Whether a socket is the descriptor of an object of this client. */
  knows(fd: number): boolean {
    return [...this.#files.values()].some((file) => file.knows(fd));
  }

  /** Answers 0 or HELD. Throws EINVAL `vfio-user.short-command`. */
  run(from: CommandBytes, at: number, length: number): number {
    const fds = from.takeDescriptors();
    if (length < CONTROL_HEAD) {
      closeAll(fds);
      throw failure('vfio-user.short-command', { command: 'MDEVKIT_CONTROL', length });
    }
    const operation = from.view.getUint32(at, true);
    const file = from.view.getUint32(at + 4, true);
    if (operation === CONTROL_CALL) {
      // A copy: whoever is given up may look at it at any time.
      const message = from.bytes.slice(at + CONTROL_HEAD, at + length);
      return this.#settle(file, () => this.#call(file, message, fds));
    }
    closeAll(fds);
    return this.#settle(file, () => this.#manage(operation, file));
  }

  /**
   * A command that has to wait for another one. If it ends a table of objects that begins now, because the other one may be
   * a call that only ends with it.
   */
  foresee({ command, malformed, view, at, length }: Incoming): void {
    const isControl = command === CONTROL_COMMAND && malformed === undefined;
    if (isControl && length >= CONTROL_HEAD && view.getUint32(at, true) === CONTROL_CLOSE) {
      void this.#files.get(view.getUint32(at + 4, true))?.close();
    }
  }

  /** The client is gone. */
  stop(): void {
    this.#closing ??= this.#close();
  }

  #call(
    file: number,
    message: Uint8Array,
    fds: readonly number[],
  ): SessionAnswer | Promise<SessionAnswer> {
    const session = this.#files.get(file);
    if (session === undefined) {
      closeAll(fds);
      throw failure('vfio-user.control-file', { file });
    }
    return session.call(message, fds);
  }

  #manage(operation: number, file: number): SessionAnswer | Promise<SessionAnswer> {
    switch (operation) {
      case CONTROL_OPEN:
        return { bytes: this.#open(), ends: [] };
      case CONTROL_CLOSE:
        return this.#end(file);
      default:
        throw failure('vfio-user.control-operation', { operation });
    }
  }

  /** What a client has to know; the number of the file is the last one. */
  #open(): Uint8Array {
    const { limits } = this.#options;
    const plane = this.#options.plane();
    if (this.#files.size >= MOST_FILES) {
      throw failure('vfio-user.control-files', { most: MOST_FILES });
    }
    const file = plane.open();
    const { maxMsgFds, maxDataXferSize } = limits;
    this.#lastFile++;
    this.#files.set(this.#lastFile, new ControlSession(file, this.#streams, maxMsgFds));
    return encodeGreeting({
      driver: plane.driverName ?? '',
      driverId: plane.driverId,
      maxMessage: Math.min(file.maxMessage, Math.max(SMALLEST_ROOM, maxDataXferSize)),
      maxDescriptors: maxMsgFds,
    });
  }

  async #end(file: number): Promise<SessionAnswer> {
    const session = this.#files.get(file);
    this.#files.delete(file);
    await session?.close();
    return noEnds;
  }

  #settle(file: number, run: () => SessionAnswer | Promise<SessionAnswer>): number {
    let answer: SessionAnswer | Promise<SessionAnswer>;
    const before = this.#lastFile;
    try {
      answer = run();
    } catch (error) {
      return this.#fillError(file, error);
    }
    if (isThenable(answer)) {
      this.held = new HeldAnswer(
        answer,
        (value) => this.#fill(file, value),
        (error) => this.#fillError(file, error),
      );
      return HELD;
    }
    return this.#fill(this.#lastFile === before ? file : this.#lastFile, answer);
  }

  #fill(file: number, { bytes, ends }: SessionAnswer): number {
    const { outgoing, answer } = this.#options;
    if (CONTROL_HEAD + bytes.length > outgoing.maxPayload) {
      disposeAll(ends);
      const { maxPayload: limit } = outgoing;
      return this.#fillError(
        file,
        failure('vfio-user.reply-too-large', { length: bytes.length, limit }),
      );
    }
    this.#put(0, file, bytes);
    if (ends.length > 0) {
      answer.descriptors = ends.map(({ fd }) => fd);
      // They are lent for the send, which is the next thing that happens.
      queueMicrotask(() => {
        disposeAll(ends);
      });
    }
    return 0;
  }

  #fillError(file: number, error: unknown): number {
    if (MdevError.is(error)) {
      this.#put(error.errno, file, encodeError(error));
      return 0;
    }
    throw error;
  }

  #put(errno: number, file: number, bytes: Uint8Array): void {
    const { outgoing, answer } = this.#options;
    outgoing.payload.setUint32(0, errno, true);
    outgoing.payload.setUint32(4, file, true);
    outgoing.bytes.set(bytes, CONTROL_HEAD);
    answer.length = CONTROL_HEAD + bytes.length;
  }

  async #close(): Promise<void> {
    const sessions = [...this.#files.values()];
    this.#files.clear();
    const results = await Promise.allSettled(sessions.map((session) => session.close()));
    for (const result of results) {
      if (result.status === 'rejected') {
        this.#options.logger.error('what a client had is not all destroyed', {
          error: result.reason as unknown,
        });
      }
    }
    await this.#streams.close();
  }
}
