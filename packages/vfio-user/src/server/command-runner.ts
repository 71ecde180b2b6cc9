import { Errno, VFIO_USER_NO_REPLY } from '@mdevkit/uapi';
import { commandName } from '../protocol/index.js';
import type { Outgoing } from '../wire/index.js';
import { Answer, HELD, type CommandBytes, type HeldCommand } from './answer.js';
import { errorNumber } from './error-number.js';
import { prefixOf, replyError } from './error-reply.js';
import type { LimitedLog } from './limited-log.js';
import type { Agreement } from './negotiation.js';
import { Running } from './running.js';
import type { SessionCounters } from './session-info.js';
import type { SessionOptions } from './session-options.js';
import { describe, Watchdog } from './watchdog.js';

/** A command that the device has not answered yet. */
interface Held {
  readonly id: number;
  readonly command: number;
  readonly posted: boolean;
  readonly request: Uint8Array;
  readonly by: HeldCommand;
  timer: Disposable | undefined;
}

/** Carries the commands of one session out after VERSION, one at a time, and answers them. */
export class CommandRunner {
  /** Of the last command that is over. */
  errno = 0;
  readonly #options: SessionOptions;
  readonly #outgoing: Outgoing;
  readonly #log: LimitedLog;
  readonly #watchdog: Watchdog;
  readonly #running: Running;
  readonly #answer = new Answer();
  readonly #counters = { commands: 0, posted: 0, failed: 0, held: 0, late: 0 };
  #held: Held | undefined;
  /** A handler is on the stack. */
  #isInside = false;
  #stopped = false;
  /** When the last command was over, or the session was woken: the clock is read once for each command. */
  #since: number;

  private constructor(
    options: SessionOptions,
    agreement: Agreement,
    outgoing: Outgoing,
    log: LimitedLog,
  ) {
    this.#options = options;
    this.#outgoing = outgoing;
    this.#log = log;
    this.#since = options.clock.now();
    this.#watchdog = new Watchdog(options);
    this.#running = new Running(options, agreement, outgoing, this.#answer, log);
  }

  /** Begins what was agreed on. Throws what the parts of a session throw when they are made. */
  static start(
    options: SessionOptions,
    agreement: Agreement,
    outgoing: Outgoing,
    log: LimitedLog,
  ): CommandRunner {
    const { client, twin, unknown } = agreement;
    try {
      const runner = new CommandRunner(options, agreement, outgoing, log);
      const { kind } = client;
      options.logger.info('a client is connected', { kind, twinSocket: twin !== undefined });
      if (unknown.length > 0) {
        options.logger.warn('the client has capabilities that are not known here', {
          unknown: unknown.join(' '),
        });
      }
      return runner;
    } catch (error) {
      twin?.[Symbol.dispose]();
      throw error;
    }
  }

  get running(): Running {
    return this.#running;
  }

  /** A command is being carried out. */
  get isBusy(): boolean {
    return this.#isInside || this.#held !== undefined;
  }

  /** A handler is on the stack, and has come back here. */
  get isInside(): boolean {
    return this.#isInside;
  }

  get counters(): SessionCounters {
    return { ...this.#counters };
  }

  /** Nothing has been done until now. */
  wake(now: number): void {
    this.#since = now;
  }

  /** Carries a command out and answers it. False if the device has not answered yet; see {@link CommandRunner.isBusy}. */
  run(
    from: CommandBytes,
    id: number,
    command: number,
    flags: number,
    at: number,
    length: number,
  ): boolean {
    const posted = (flags & VFIO_USER_NO_REPLY) !== 0;
    const errno = this.#call(from, command, at, length, posted);
    if (this.#stopped) {
      this.#dropHeld();
      return true;
    }
    if (errno === HELD) {
      this.#hold(id, command, posted, prefixOf(from.bytes, at, length));
      return false;
    }
    if (errno === 0) {
      this.#reply(id, command, posted);
    } else {
      this.#fail(id, command, posted, errno, prefixOf(from.bytes, at, length));
    }
    return true;
  }

  /** The client is gone: nothing is answered any more. */
  stop(): void {
    this.#stopped = true;
    const held = this.#held;
    this.#held = undefined;
    held?.timer?.[Symbol.dispose]();
    held?.by.abandon();
    this.#running.stop();
  }

  #call(from: CommandBytes, command: number, at: number, length: number, posted: boolean): number {
    const { clock, logger, limits } = this.#options;
    this.#counters.commands++;
    this.#counters.posted += posted ? 1 : 0;
    this.#answer.length = 0;
    this.#answer.descriptors = undefined;
    this.#isInside = true;
    let errno: number;
    try {
      errno = this.#running.run(from, command, at, length, posted);
    } catch (error) {
      errno = errorNumber(error, logger, commandName(command));
    } finally {
      this.#isInside = false;
    }
    const now = clock.now();
    const took = now - this.#since;
    this.#since = now;
    if (took > limits.warnMs) {
      this.#watchdog.took(took, command, prefixOf(from.bytes, at, length));
    }
    return errno;
  }

  #reply(id: number, command: number, posted: boolean): void {
    this.errno = 0;
    if (!posted) {
      this.#outgoing.reply(id, command, this.#answer.length, this.#answer.descriptors);
    }
  }

  #fail(id: number, command: number, posted: boolean, errno: number, request: Uint8Array): void {
    this.errno = errno;
    this.#counters.failed++;
    if (posted) {
      this.#log.warn('a command failed that the client does not wait for', {
        ...describe(this.#options.endpoint, command, request),
        errno,
      });
    } else {
      const { quirks } = this.#running.client;
      replyError(this.#outgoing, quirks, id, command, errno, request);
    }
  }

  #hold(id: number, command: number, posted: boolean, request: Uint8Array): void {
    const by = this.#running.takeHeld();
    if (by === undefined) {
      throw new Error('a command is held by nobody');
    }
    const held: Held = { id, command, posted, request, by, timer: undefined };
    this.#counters.held++;
    this.#held = held;
    held.timer = this.#watchdog.watch(command, request, () => {
      this.#expire(held);
    });
    by.promise.then(
      (finish) => {
        this.#settle(held, finish);
        by.release();
      },
      (error: unknown) => {
        this.#settle(held, () => {
          throw error;
        });
        // The core may only have given the device up.
        by.forfeit();
      },
    );
  }

  /** The session has ended in the middle of a command: what the device answers later is nobody's. */
  #dropHeld(): void {
    const by = this.#running.takeHeld();
    if (by !== undefined) {
      by.abandon();
      by.promise.then(
        () => {
          by.release();
        },
        () => {
          by.forfeit();
        },
      );
    }
  }

  /** The device has answered, in time or not. */
  #settle(held: Held, finish: () => number): void {
    if (this.#held === held) {
      this.#held = undefined;
      held.timer?.[Symbol.dispose]();
      this.#finish(held, this.#resultOf(held, finish));
    }
  }

  #resultOf({ command }: Held, finish: () => number): number {
    try {
      return finish();
    } catch (error) {
      return errorNumber(error, this.#options.logger, commandName(command));
    }
  }

  /** Nobody waits for the device any more. */
  #expire(held: Held): void {
    this.#held = undefined;
    this.#counters.late++;
    held.by.abandon();
    this.#finish(held, Errno.ETIMEDOUT);
  }

  #finish({ id, command, posted, request }: Held, errno: number): void {
    if (errno === 0) {
      this.#reply(id, command, posted);
    } else {
      this.#fail(id, command, posted, errno, request);
    }
    this.#options.onReady();
  }
}
