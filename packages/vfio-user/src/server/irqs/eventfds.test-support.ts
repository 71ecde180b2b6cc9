import { EventFd } from '@mdevkit/linux';

/** Eventfds of a client. */
export class EventFds implements Disposable {
  readonly #eventfds: readonly EventFd[];

  constructor(count: number) {
    this.#eventfds = Array.from({ length: count }, () => EventFd.create());
  }

  get fds(): readonly number[] {
    return this.#eventfds.map(({ fd }) => fd);
  }

  at(index: number): EventFd {
    const eventfd = this.#eventfds[index];
    if (eventfd === undefined) {
      throw new RangeError(`there is no eventfd ${index}`);
    }
    return eventfd;
  }

  /** How often each was signalled since the last look. */
  take(): number[] {
    return this.#eventfds.map((eventfd) => eventfd.read());
  }

  [Symbol.dispose](): void {
    for (const eventfd of this.#eventfds) {
      eventfd[Symbol.dispose]();
    }
  }
}
