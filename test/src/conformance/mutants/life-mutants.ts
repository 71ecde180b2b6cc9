import { toDisposable } from '@mdevkit/core';
import { PlatformSpecimen } from '../specimen/index.js';
import { never, platform, type Mutant } from './mutant.js';

const heard = new Set<object>();

/** What open, close and removal do wrong. */
export const lifeMutants: readonly Mutant[] = [
  platform(
    'close-keeps-job',
    'DeviceModel.close: work in flight goes on without a client',
    class extends PlatformSpecimen {
      override close(): void {
        this.seat?.[Symbol.dispose]();
        this.seat = undefined;
      }
    },
  ),
  platform(
    'close-finishes-job',
    'DeviceModel.close: work in flight is finished after the maps have gone',
    class extends PlatformSpecimen {
      override close(): void {
        if (this.engine.busy) {
          this.engine.finishNow();
        }
        void super.close();
      }
    },
  ),
  platform(
    'close-keeps-seat',
    'DeviceModel.close: the partition of the parent is not given back',
    class extends PlatformSpecimen {
      override close(): void {
        this.engine.abandon();
      }
    },
  ),
  platform(
    'close-keeps-timer',
    'DeviceModel.close: a heartbeat of the open goes on after the close',
    class extends PlatformSpecimen {
      override open(): void {
        void super.open();
        this.#beat();
      }

      #beat(): void {
        this.clock.schedule(1000, () => {
          this.#beat();
        });
      }
    },
  ),
  platform(
    'close-throws',
    'close fails: a close after a job throws',
    class extends PlatformSpecimen {
      override close(): void {
        void super.close();
        throw new Error('the seat was not clean');
      }
    },
  ),
  platform(
    'close-never-ends',
    'deadline of close: a close waits for what never comes',
    class extends PlatformSpecimen {
      override close(): Promise<void> {
        void super.close();
        return never();
      }
    },
  ),
  platform(
    'open-once',
    'open fails: the device can be opened once in its life',
    class extends PlatformSpecimen {
      #opened = false;

      override open(): void {
        if (this.#opened) {
          throw new Error('already set up');
        }
        this.#opened = true;
        void super.open();
      }
    },
  ),
  platform(
    'open-never-ends',
    'deadline of open: the second open is never answered',
    class extends PlatformSpecimen {
      #opens = 0;

      override open(): void | Promise<void> {
        this.#opens += 1;
        return this.#opens === 2 ? never() : super.open();
      }
    },
  ),
  platform(
    'open-leaks-disposable',
    'DeviceModel.close: each open makes a disposable that nobody releases',
    class extends PlatformSpecimen {
      override open(): void {
        void super.open();
        this.memory.bytes.fill(0, 0, 1);
        toDisposable(() => undefined);
      }
    },
  ),
  platform(
    'open-loses-rejection',
    'a promise of the open rejects, and nobody hears it',
    class extends PlatformSpecimen {
      override open(): void {
        void super.open();
        void Promise.resolve().then(() => {
          throw new Error('the prefetch failed');
        });
      }
    },
  ),
  platform(
    'open-uses-real-timer',
    'Clock: a timer of the platform outlives the client',
    class extends PlatformSpecimen {
      override open(): void {
        void super.open();
        setTimeout(() => undefined, 3_600_000).unref();
      }
    },
  ),
  platform(
    'open-logs-errors',
    'Logger: an open that succeeds is logged as an error',
    class extends PlatformSpecimen {
      override open(): void {
        void super.open();
        this.services.logger.error('opened');
      }
    },
  ),
  platform(
    'dispose-missing',
    'DeviceModel[Symbol.dispose]: what the constructor took of the parent is never given back',
    class extends PlatformSpecimen {
      override [Symbol.dispose](): void {
        // Forgotten.
      }
    },
  ),
  platform(
    'dispose-throws',
    'DeviceModel[Symbol.dispose]: a removal trips over a seat that was given back',
    class extends PlatformSpecimen {
      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        throw new Error('no seat to give back');
      }
    },
  ),
  platform(
    'constructor-fails-later',
    'a new mdev: the model of a second one cannot be made',
    class extends PlatformSpecimen {
      constructor(services: ConstructorParameters<typeof PlatformSpecimen>[0]) {
        super(services);
        if (heard.has(services.seats)) {
          this.plate[Symbol.dispose]();
          throw new Error('the name is taken');
        }
        heard.add(services.seats);
      }
    },
  ),
];
