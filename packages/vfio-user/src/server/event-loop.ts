import type { Clock } from '@mdevkit/core';
import { watch, type Watch } from '@mdevkit/linux';
import type { AdaptivePolling } from './polling.js';
import type { Session } from './session.js';
import { Progress } from './step.js';

/** Messages and receives between two looks at the clock. */
const LOOKS = 32;

/** Drives one session from the event loop: reads when there is something, and for a while after that. */
export class SessionLoop implements Disposable {
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #polling: AdaptivePolling;
  readonly #onEnd: () => void;
  readonly #watch: Watch;
  #twinWatch: Watch | undefined;
  #readable = true;
  #writable = false;
  #twinWritable = false;
  #soon: NodeJS.Immediate | undefined;
  #isInside = false;
  #ended = false;

  /** `onEnd` is called once, unless this is disposed before. */
  constructor(session: Session, clock: Clock, polling: AdaptivePolling, onEnd: () => void) {
    this.#session = session;
    this.#clock = clock;
    this.#polling = polling;
    this.#onEnd = onEnd;
    this.#watch = watch(session.fd, { readable: true }, (_readable, _writable, gone) => {
      if (gone) {
        session.peerGone();
      }
      polling.wake();
      this.run();
    });
  }

  /** Does what there is to do. Does nothing when a handler calls it. */
  run(): void {
    if (this.#isInside || this.#ended) {
      return;
    }
    this.#isInside = true;
    try {
      this.#work();
    } finally {
      this.#isInside = false;
    }
    if (this.#session.ended === undefined) {
      this.#arm();
    } else {
      this[Symbol.dispose]();
      this.#onEnd();
    }
  }

  /** Something waits for a socket; nothing else is done now. */
  arm(): void {
    if (!this.#isInside && !this.#ended) {
      this.#arm();
    }
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#watch[Symbol.dispose]();
    this.#twinWatch?.[Symbol.dispose]();
  }

  #work(): void {
    const now = this.#clock.now();
    const end = now + this.#polling.turnMs;
    this.#session.wake(now);
    for (let looks = 1; ; looks++) {
      const progress = this.#session.advance();
      if (progress === Progress.idle) {
        if (!this.#polling.again()) {
          return;
        }
      } else if (progress === Progress.done) {
        this.#polling.found();
      } else if (progress !== Progress.worked) {
        return;
      }
      if (looks % LOOKS === 0 && this.#clock.now() >= end) {
        return;
      }
    }
  }

  /** Has the event loop come back when there is something to do. */
  #arm(): void {
    const { wantsToRead, wantsToWrite, twinFd, twinWantsToWrite, hasWork } = this.#session;
    if (wantsToRead !== this.#readable || wantsToWrite !== this.#writable) {
      this.#readable = wantsToRead;
      this.#writable = wantsToWrite;
      this.#watch.update({ readable: wantsToRead, writable: wantsToWrite });
    }
    if (twinFd !== undefined) {
      this.#armTwin(twinFd, twinWantsToWrite);
    }
    if (hasWork && this.#soon === undefined) {
      this.#soon = setImmediate(() => {
        this.#soon = undefined;
        this.run();
      });
    }
  }

  #armTwin(fd: number, writable: boolean): void {
    if (this.#twinWatch === undefined) {
      this.#twinWatch = watch(fd, { readable: true, writable }, () => {
        this.run();
      });
    } else if (writable !== this.#twinWritable) {
      this.#twinWatch.update({ readable: true, writable });
    }
    this.#twinWritable = writable;
  }
}
