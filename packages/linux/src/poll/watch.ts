import { trackDisposable, trackReleased } from '@mdevkit/core';
import { failure } from '../errors.js';
import { canBePolled, libc, type PollEvents, type PollHandle } from '../libc/index.js';
import { reportLater } from './report-later.js';

/** What a watch waits for beside the end; nothing by default. */
export interface WatchInterest {
  readonly readable?: boolean;
  readonly writable?: boolean;
}

/** `gone`: the other end was closed or has ended its sending, or the descriptor is in error. It is told once. */
export type WatchCallback = (readable: boolean, writable: boolean, gone: boolean) => void;

/** Calls back while a descriptor is ready. Dispose it before the descriptor is closed. */
export interface Watch extends Disposable {
  /** Waits for this from now on. Nothing happens after disposal. */
  update(interest: WatchInterest): void;
  /** Keeps the process alive, as a watch does at first. */
  ref(): void;
  /** Does not keep the process alive. */
  unref(): void;
}

/**
 * The watches of this thread by their descriptors, as its event loop has a table of them: a second handle of one
 * descriptor would abort the process, and a handle that nobody holds would be collected and fall silent.
 */
const watches = new Map<number, PollWatch>();

/**
 * Calls back in the event loop as long as the descriptor is ready for what `interest` names: whoever does not read
 * what is there is called again. Promises and ticks of the callback run at the end of that turn of the loop, and what
 * it throws is an `uncaughtException`.
 *
 * libuv sets O_NONBLOCK of the open file, also for other processes that have it. A descriptor that Node itself polls,
 * as that of a `net.Socket`, must not be given: it ends the process.
 *
 * Throws `linux.watched` (EEXIST) for a descriptor that has a watch, `linux.unwatchable` (EPERM) for a file,
 * `linux.call` (EBADF) and `linux.platform`.
 *
 * Source: epoll(7).
 */
export function watch(fd: number, interest: WatchInterest, callback: WatchCallback): Watch {
  if (watches.has(fd)) {
    throw failure('linux.watched', { fd });
  }
  if (!canBePolled(fd)) {
    throw failure('linux.unwatchable', { fd });
  }
  return new PollWatch(fd, interest, callback);
}

/** For whoever closes a descriptor: libuv must have let go of it before. */
export function endWatchOf(fd: number): void {
  watches.get(fd)?.[Symbol.dispose]();
}

class PollWatch implements Watch {
  readonly #fd: number;
  readonly #callback: WatchCallback;
  readonly #onPoll = (status: number, events: PollEvents): void => {
    this.#happened(status < 0, events);
  };
  readonly #handle: PollHandle;
  #readable: boolean;
  #writable: boolean;
  #toldGone = false;
  #ended = false;

  constructor(
    fd: number,
    { readable = false, writable = false }: WatchInterest,
    callback: WatchCallback,
  ) {
    this.#fd = fd;
    this.#callback = callback;
    this.#readable = readable;
    this.#writable = writable;
    this.#handle = libc().pollHandle(fd, { readable, writable, disconnect: true }, this.#onPoll);
    watches.set(fd, this);
    trackDisposable(this);
  }

  update({ readable = false, writable = false }: WatchInterest): void {
    if (!this.#ended) {
      this.#readable = readable;
      this.#writable = writable;
      this.#start();
    }
  }

  ref(): void {
    if (!this.#ended) {
      this.#handle.ref();
    }
  }

  unref(): void {
    if (!this.#ended) {
      this.#handle.unref();
    }
  }

  [Symbol.dispose](): void {
    if (!this.#ended) {
      this.#ended = true;
      watches.delete(this.#fd);
      trackReleased(this);
      this.#handle.close();
    }
  }

  #happened(inError: boolean, { readable, writable, disconnect }: PollEvents): void {
    const gone = (disconnect || inError) && !this.#toldGone;
    if (gone) {
      // It stays so, and would be told in each turn of the loop.
      this.#toldGone = true;
      if (!inError) {
        this.#start();
      }
    }
    try {
      // In error, the call that is made next tells which.
      this.#callback(readable || inError, writable || inError, gone);
    } catch (error) {
      reportLater(error);
    }
  }

  #start(): void {
    const interest = {
      readable: this.#readable,
      writable: this.#writable,
      disconnect: !this.#toldGone,
    };
    if (interest.readable || interest.writable || interest.disconnect) {
      this.#handle.start(interest, this.#onPoll);
    } else {
      this.#handle.stop();
    }
  }
}
