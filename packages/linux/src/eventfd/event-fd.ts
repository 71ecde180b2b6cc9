import { closeSync } from 'node:fs';
import { trackDisposable, trackReleased, type IrqSource, type IrqTarget } from '@mdevkit/core';
import { failure } from '../errors.js';
import { closeOnExec, createEventfd, kindOf, openEpollOf } from '../libc/index.js';
import { endWatchOf, reportLater, watch } from '../poll/index.js';
import { CounterRoom, RoomProbe, addOne } from './counter.js';

const eventfdKind = 'anon_inode:[eventfd]';
const maxInitial = 2 ** 32 - 1;

/** One for each subscription, so that one function can have two. */
interface Subscriber {
  readonly callback: () => void;
}

/**
 * A counter of the kernel that processes share: one signals it, another waits for it. It may be a target of
 * interrupts or a source of them.
 *
 * Needs Linux 5.8. Source: eventfd(2).
 */
export class EventFd implements IrqTarget, IrqSource, Disposable {
  readonly #subscribers = new Set<Subscriber>();
  /** It came from a peer. */
  readonly #foreign: boolean;
  /** Only of a descriptor that others have, who may make it block. */
  #probe: RoomProbe | undefined;
  #fd: number | undefined;
  #room: CounterRoom | undefined;
  /** The descriptor that is watched: its own, or an epoll of it. */
  #watched: number | undefined;

  private constructor(fd: number, foreign: boolean) {
    this.#fd = fd;
    this.#foreign = foreign;
    this.#probe = foreign ? new RoomProbe(fd) : undefined;
    trackDisposable(this);
  }

  /**
   * A new one, of the process's own.
   *
   * Throws `linux.eventfd-count` for a count that is not 0 to 2^32-1, `linux.call` and `linux.platform`.
   */
  static create(initial = 0): EventFd {
    if (!Number.isInteger(initial) || initial < 0 || initial > maxInitial) {
      throw failure('linux.eventfd-count', { initial });
    }
    return new EventFd(createEventfd(initial), false);
  }

  /**
   * That of a peer, whose open file is shared with him. Its flags are left alone, because he may want to block on it;
   * so it is asked before each {@link signal} whether that could block. Only a peer who fills the counter in the very
   * moment between could make this process wait.
   *
   * Owns the descriptor from then on; one that it refuses stays the caller's.
   *
   * Throws `linux.not-eventfd` (EINVAL), `linux.call` (EBADF) and `linux.platform`.
   */
  static adopt(fd: number): EventFd {
    if (kindOf(fd) !== eventfdKind) {
      throw failure('linux.not-eventfd', { fd });
    }
    closeOnExec(fd);
    return new EventFd(fd, true);
  }

  /**
   * To pass on; it is closed when this is disposed. Whoever gets it shares its flags and could make {@link signal} block,
   * so that one asks first from now on, as for a descriptor of a peer. Throws `linux.closed`.
   */
  get fd(): number {
    const fd = this.#open();
    this.#probe ??= new RoomProbe(fd);
    return fd;
  }

  /** Adds 1; a counter that is full stays as it is. Nothing happens after disposal. Throws `linux.call`. */
  signal(): void {
    if (this.#fd !== undefined && (this.#probe === undefined || this.#probe.hasRoom())) {
      addOne(this.#fd);
    }
  }

  /**
   * Takes the count: how often it was signalled since the last time. 0 if it was not; at most 2^53-1. One that was made
   * a semaphore gives 1 at a time (EFD_SEMAPHORE).
   *
   * Throws `linux.closed` and `linux.call`.
   */
  read(): number {
    const fd = this.#open();
    return (this.#room ??= new CounterRoom()).take(fd);
  }

  /**
   * Takes the count whenever it is signalled, and calls back in the event loop; at once if it is signalled already.
   * What a callback throws there is an `uncaughtException`. Keeps the process alive until it is disposed.
   *
   * Throws `linux.closed`, `linux.call`, and what the callback throws at once.
   */
  subscribe(callback: () => void): Disposable {
    const entry: Subscriber = { callback };
    // Before the count is taken, which would be lost if it failed; nothing is called back yet.
    if (this.#watched === undefined) {
      this.#startWatch();
    }
    this.#subscribers.add(entry);
    const subscription = { [Symbol.dispose]: () => this.#unsubscribe(entry) };
    try {
      if (this.read() > 0) {
        this.#tellOthers(entry);
        callback();
      }
    } catch (error) {
      this.#unsubscribe(entry);
      throw error;
    }
    return subscription;
  }

  /** Ends its subscriptions as well. */
  [Symbol.dispose](): void {
    const fd = this.#fd;
    if (fd !== undefined) {
      this.#fd = undefined;
      trackReleased(this);
      this.#subscribers.clear();
      this.#endWatch();
      // Somebody may have watched the descriptor by himself.
      endWatchOf(fd);
      try {
        this.#room?.[Symbol.dispose]();
      } finally {
        closeSync(fd);
      }
    }
  }

  #open(): number {
    if (this.#fd === undefined) {
      throw failure('linux.closed');
    }
    return this.#fd;
  }

  #unsubscribe(entry: Subscriber): void {
    if (this.#subscribers.delete(entry) && this.#subscribers.size === 0) {
      this.#endWatch();
    }
  }

  #startWatch(): void {
    // The event loop would set O_NONBLOCK of a foreign file; an epoll of it has flags of its own.
    const own = this.#open();
    const fd = this.#foreign ? openEpollOf(own) : own;
    this.#watched = fd;
    try {
      watch(fd, { readable: true }, () => {
        if (this.read() > 0) {
          this.#tellOthers();
        }
      });
    } catch (error) {
      this.#endWatch();
      throw error;
    }
  }

  #endWatch(): void {
    const watched = this.#watched;
    this.#watched = undefined;
    if (watched !== undefined) {
      endWatchOf(watched);
      if (this.#foreign) {
        closeSync(watched);
      }
    }
  }

  #tellOthers(except?: Subscriber): void {
    for (const entry of [...this.#subscribers]) {
      if (entry !== except && this.#subscribers.has(entry)) {
        try {
          entry.callback();
        } catch (error) {
          reportLater(error);
        }
      }
    }
  }
}
