import { Errno, VFIO_USER_NO_REPLY, VFIO_USER_VERSION } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { commandName, CONTROL_COMMAND, maxMessageSize } from '../protocol/index.js';
import { Incoming, Outgoing } from '../wire/index.js';
import type { CommandBytes } from './answer.js';
import { CommandQueue, QueuedCommand } from './command-queue.js';
import { CommandRunner } from './command-runner.js';
import type { SessionContext } from './context.js';
import { errorNumber } from './error-number.js';
import { LimitedLog } from './limited-log.js';
import { agree } from './negotiation.js';
import { isLastOfAll, warnOf, wantsReply, type Refused } from './refusal.js';
import type { SessionInfo } from './session-info.js';
import type { SessionOptions } from './session-options.js';
import { Progress, type DisconnectReason } from './step.js';

/** Replies and refusals that one step handles before it lets others run. */
const MOST_MESSAGES = 64;
/** The largest fixed part of a payload beside the data of a transfer. */
const LARGEST_FIXED = 64;
/** Bytes that a message may have however little a transfer may: VERSION and others are longer than some transfers. */
const SMALLEST_ROOM = 4096;

/**
 * One client, from its connection to its end. Commands are carried out in the order of their arrival, one at a time; one
 * that the device does not answer at once holds the others, which are taken from the socket up to a limit, so that replies
 * to messages of the device are not stuck behind them.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), Message protocol.
 */
export class Session implements Disposable {
  readonly #options: SessionOptions;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  readonly #queue: CommandQueue;
  readonly #log: LimitedLog;
  /** After VERSION. */
  #runner: CommandRunner | undefined;
  #ended: DisconnectReason | undefined;
  #isPeerGone = false;
  /** Ends the waiting for VERSION: a client that says nothing keeps others away. */
  readonly #patience: Disposable;
  /** Of what is no command of {@link Session.#runner}. */
  #command = 0;
  #errno = 0;

  constructor(options: SessionOptions) {
    const { stream, limits, clock, logger } = options;
    this.#options = options;
    this.#incoming = new Incoming(stream, {
      maxMessage: maxMessageSize(Math.max(limits.maxDataXferSize, SMALLEST_ROOM)),
      maxDescriptors: limits.maxMsgFds,
      takesSocket: (fd) => this.#runner?.running.control?.knows(fd) ?? false,
    });
    this.#outgoing = Outgoing.on(stream, {
      maxPayload:
        Math.max(limits.maxDataXferSize, limits.maxBitmapSize, SMALLEST_ROOM) + LARGEST_FIXED,
      maxQueued: limits.outboundBytes,
    });
    this.#queue = new CommandQueue(limits.queuedCommands, limits.queuedBytes);
    this.#log = new LimitedLog(logger, clock);
    this.#patience = clock.schedule(limits.deadlineMs, () => {
      logger.warn('the client says nothing', { milliseconds: limits.deadlineMs });
      this.end('protocol');
      this.#options.onReady();
    });
  }

  get ended(): DisconnectReason | undefined {
    return this.#ended;
  }

  /** Undefined until VERSION. */
  get context(): SessionContext | undefined {
    return this.#runner?.running.context;
  }

  /** When what the client had on the control plane is destroyed; it is being destroyed from the end of the session on. */
  get controlClosed(): Promise<void> {
    return this.#runner?.running.control?.closed ?? Promise.resolve();
  }

  /** The last command that was begun. */
  get command(): number {
    return this.#command;
  }

  /** The errno of the last command that is over. */
  get errno(): number {
    return this.#errno;
  }

  /** The descriptors to watch. */
  get fd(): number {
    return this.#options.stream.fd;
  }

  get twinFd(): number | undefined {
    return this.#runner?.running.twin?.fd;
  }

  /** Whether there is work that no socket tells of. */
  get hasWork(): boolean {
    return (
      this.#outgoing.failed !== undefined ||
      (!this.isBusy && (this.#queue.length > 0 || this.#incoming.hasMessage))
    );
  }

  get wantsToRead(): boolean {
    return !this.isBusy || this.#canCollect;
  }

  get wantsToWrite(): boolean {
    return this.#outgoing.queued > 0;
  }

  get twinWantsToWrite(): boolean {
    return (this.#runner?.running.twin?.outgoing.queued ?? 0) > 0;
  }

  /** A command is being carried out. */
  get isBusy(): boolean {
    return this.#runner?.isBusy === true;
  }

  get info(): SessionInfo {
    const running = this.#runner?.running;
    return {
      peer: this.#options.peer,
      kind: running?.client.kind,
      capabilities: running?.client.capabilities,
      twinSocket: running?.twin !== undefined,
      counters: this.#runner?.counters ?? { commands: 0, posted: 0, failed: 0, held: 0, late: 0 },
      held: this.isBusy ? this.#command : undefined,
    };
  }

  /** Before one or more calls of {@link Session.advance}: the time, so that a slow command is noticed. */
  wake(now: number): void {
    this.#runner?.wake(now);
  }

  /** Does the next thing there is to do, and never waits. */
  advance(): Progress {
    try {
      return this.#advance();
    } catch (error) {
      this.#options.logger.error('a session failed in a way that nobody foresaw', { error });
      this.end('failed');
      return Progress.ended;
    }
  }

  #advance(): Progress {
    const runner = this.#runner;
    if (runner?.isInside === true) {
      return Progress.held;
    }
    if (!this.#isAlive()) {
      return Progress.ended;
    }
    if (runner?.isBusy === true) {
      this.#collect();
      return this.#ended === undefined ? Progress.held : Progress.ended;
    }
    const queued = this.#queue.take();
    return queued === undefined ? this.#receive() : this.#runQueued(queued);
  }

  /** The client has closed its end, as the event loop tells. What it sent is still read, unless there is no room for it. */
  peerGone(): void {
    this.#isPeerGone = true;
  }

  /** Ends the session, once: what is held is abandoned, and what waits is thrown away. */
  end(reason: DisconnectReason): void {
    if (this.#ended !== undefined) {
      return;
    }
    this.#ended = reason;
    this.#patience[Symbol.dispose]();
    this.#runner?.stop();
    this.#queue[Symbol.dispose]();
    this.#outgoing[Symbol.dispose]();
    this.#incoming[Symbol.dispose]();
    this.#options.stream[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.end('server-closed');
  }

  /** Sends what waits, and sees whether the client does its part. */
  #isAlive(): boolean {
    if (this.#ended === undefined) {
      this.#outgoing.flush();
      if (this.#outgoing.failed !== undefined) {
        this.end(this.#outgoing.failed === 'slow' ? 'slow' : 'closed');
      } else if (this.#runner?.running.messenger.drain() === false) {
        this.end('protocol');
      }
    }
    return this.#ended === undefined;
  }

  #receive(): Progress {
    const incoming = this.#incoming;
    for (let count = 0; count < MOST_MESSAGES; count++) {
      if (!incoming.next()) {
        return this.#nothingReceived();
      }
      if (!this.#takeReply()) {
        const { id, command, flags, at, length, isReply, malformed } = incoming;
        return isReply || malformed !== undefined
          ? this.#refuse(incoming)
          : this.#carryOut(incoming, id, command, flags, at, length);
      }
    }
    return Progress.worked;
  }

  /** Whether the message is a reply, and done with: nobody answers an answer, whatever is wrong with it. */
  #takeReply(): boolean {
    const incoming = this.#incoming;
    if (!incoming.isReply || incoming.outOfStep || this.#runner === undefined) {
      return false;
    }
    if (incoming.malformed === undefined) {
      this.#runner.running.messenger.take(incoming);
    } else {
      warnOf(this.#log, incoming);
    }
    return true;
  }

  #nothingReceived(): Progress {
    if (this.#incoming.ended) {
      this.end('closed');
      return Progress.ended;
    }
    return Progress.idle;
  }

  get #canCollect(): boolean {
    return !this.#queue.isFull && !this.#incoming.outOfStep;
  }

  /** While a command is held: takes replies at once and puts the rest aside, so that it is answered in order. */
  #collect(): void {
    const incoming = this.#incoming;
    for (let count = 0; count < MOST_MESSAGES && this.#canCollect; count++) {
      if (!incoming.next()) {
        this.#nothingReceived();
        return;
      }
      if (!this.#takeReply()) {
        this.#runner?.running.control?.foresee(incoming);
        this.#queue.add(QueuedCommand.from(incoming));
      }
    }
    if (this.#isPeerGone && !this.#canCollect) {
      this.end('closed');
    } else if (this.#command === CONTROL_COMMAND && this.#queue.isFull) {
      // A call may wait for its client, whose own end could be in what is not read: it would never leave.
      this.end('slow');
    }
  }

  /** Answers what is no message of the protocol, and leaves when nobody knows where the next one begins. */
  #refuse(message: Refused): Progress {
    const { id, command, flags } = message;
    warnOf(this.#log, message);
    this.#command = command;
    this.#errno = Errno.EINVAL;
    if (wantsReply(flags)) {
      this.#outgoing.error(id, command, Errno.EINVAL);
    }
    if (isLastOfAll(message) || this.#runner === undefined) {
      this.end('protocol');
      return Progress.ended;
    }
    return Progress.done;
  }

  #runQueued(queued: QueuedCommand): Progress {
    const { id, command, flags, bytes } = queued;
    try {
      if (queued.malformed !== undefined) {
        return this.#refuse(queued);
      }
      return this.#carryOut(queued, id, command, flags, 0, bytes.length);
    } finally {
      queued[Symbol.dispose]();
    }
  }

  #carryOut(
    from: CommandBytes,
    id: number,
    command: number,
    flags: number,
    at: number,
    length: number,
  ): Progress {
    const runner = this.#runner;
    this.#command = command;
    if (runner === undefined) {
      return this.#begin(from, id, command, flags, at, length);
    }
    const progress = runner.run(from, id, command, flags, at, length)
      ? Progress.done
      : Progress.held;
    this.#errno = runner.errno;
    return this.#ended === undefined ? progress : Progress.ended;
  }

  /** VERSION, which comes first; whoever begins with something else, or fails, has to connect once more. */
  #begin(
    from: CommandBytes,
    id: number,
    command: number,
    flags: number,
    at: number,
    length: number,
  ): Progress {
    try {
      if (command !== VFIO_USER_VERSION || (flags & VFIO_USER_NO_REPLY) !== 0) {
        throw failure('vfio-user.negotiated', { command: commandName(command) });
      }
      const payload = from.bytes.slice(at, at + length);
      using agreement = agree(payload, from.descriptorCount, this.#options.limits);
      this.#runner = CommandRunner.start(this.#options, agreement, this.#outgoing, this.#log);
      this.#patience[Symbol.dispose]();
      this.#outgoing.bytes.set(agreement.reply);
      this.#outgoing.reply(id, command, agreement.reply.length, agreement.descriptors);
      this.#errno = 0;
      return Progress.done;
    } catch (error) {
      const { logger } = this.#options;
      logger.warn('no session with this client', { error });
      this.#errno = errorNumber(error, logger, commandName(command));
      if (wantsReply(flags)) {
        this.#outgoing.error(id, command, this.#errno);
      }
      this.end('protocol');
      return Progress.ended;
    }
  }
}
