import type { ClientCall, InterposedMdev, Interposer, Interposition } from '@mdevkit/core';
import type { HookCall, OnService, ServiceCall } from './service-calls.js';
import { WatchedMdev } from './watched-mdev.js';

/** Watches every mdev of a bench from inside: the hooks that its model is called by, and the services that it calls. */
export class ModelWatch implements Interposer {
  readonly hooks: HookCall[] = [];
  #calls: ServiceCall[] = [];
  readonly #mdevs = new Map<string, WatchedMdev>();
  readonly #waiting: { left: number; readonly wake: () => void }[] = [];
  /** Counts everything that happens. */
  beat = 0;
  /** Called for every call of a service; what it throws is thrown at the model. */
  onService: OnService | undefined;
  /** Called for every call of a client; what it throws the client is answered. */
  onCall: ((call: ClientCall, mdev: string) => void) | undefined;

  /** Called for every new mdev, before its model is made; what it throws fails the creation. */
  onCreate: ((mdev: string) => void) | undefined;

  interpose(mdev: InterposedMdev): Interposition {
    const { uuid } = mdev.identity;
    this.onCreate?.(uuid);
    const watched = new WatchedMdev({
      mdev,
      onService: (call) => {
        this.#calls.push(call);
        this.#happened();
        this.onService?.(call);
      },
      onHook: (call) => {
        this.hooks.push(call);
        this.#happened();
      },
      onCall: (call) => {
        this.#happened();
        this.onCall?.(call, uuid);
      },
    });
    this.#mdevs.set(uuid, watched);
    return watched;
  }

  /** The newest of a UUID, also one that is gone. Throws without any. */
  mdev(uuid: string): WatchedMdev {
    const mdev = this.#mdevs.get(uuid);
    if (mdev === undefined) {
      throw new Error('the host does not pass the interposers of its options on');
    }
    return mdev;
  }

  /** What models have called since the last {@link ModelWatch.forget}. */
  get calls(): readonly ServiceCall[] {
    return this.#calls;
  }

  callsOf(mdev: string): readonly ServiceCall[] {
    return this.#calls.filter((call) => call.mdev === mdev);
  }

  hooksOf(mdev: string, hook: HookCall['hook']): readonly HookCall[] {
    return this.hooks.filter((call) => call.mdev === mdev && call.hook === hook);
  }

  forget(): void {
    this.#calls = [];
  }

  /** Resolves when so many things have happened from now on. */
  after(count: number): Promise<void> {
    return new Promise((wake) => {
      this.#waiting.push({ left: count, wake });
    });
  }

  #happened(): void {
    this.beat += 1;
    for (const waiting of this.#waiting) {
      waiting.left -= 1;
      if (waiting.left === 0) {
        waiting.wake();
      }
    }
  }
}
