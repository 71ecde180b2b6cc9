import { discoveryId, featureName } from '../abi/index.js';
import { DEFAULT_DOE_LIMITS, type SpdmIdentity } from '../driver/index.js';
import type { Random } from '../driver/instance/fuzz-clients.test-support.js';
import { FuzzGuest, type Said } from './fuzz-guest.test-support.js';
import { FuzzOthers } from './fuzz-others.test-support.js';
import { FuzzedFunction } from './fuzzed-function.test-support.js';

const TICK_MS = 50;

/** A function and all that use it, from its beginning to its end. */
export class FuzzedLife {
  readonly device: FuzzedFunction;
  readonly guest: FuzzGuest;
  readonly #others: FuzzOthers;
  readonly #random: Random;
  #isReached = false;

  constructor(identity: SpdmIdentity, random: Random, conversation: readonly Said[]) {
    this.#random = random;
    this.device = new FuzzedFunction(identity, random);
    this.guest = new FuzzGuest(this.device, random, conversation);
    this.#others = new FuzzOthers(this.device, random);
    this.device.features.meddle = () => {
      this.#meddle();
    };
  }

  async step(): Promise<void> {
    const random = this.#random;
    const event = random.below(64);
    if (event === 0) {
      this.device.clock.advance(1 + random.below(400));
    } else if (event <= 4) {
      this.device.features.settleOne();
    } else if (event <= 9) {
      this.#others.step();
    } else if (event === 10 && random.below(8) === 0) {
      this.#reset();
      await this.reach();
    } else {
      this.guest.step();
    }
    if (event < 16) {
      await promises();
    }
    this.#check();
  }

  /** An abort ends in its time, and then discovery answers in its time, whatever others are about. */
  async reach(): Promise<void> {
    this.#isReached = true;
    await this.#discover();
    this.#isReached = false;
  }

  async #discover(): Promise<void> {
    const instance = this.#random.pick(this.device.model.doe.all, undefined);
    if (instance === undefined) {
      throw new Error('no instances');
    }
    const { at } = instance;
    const { guest } = this;
    guest.forget();
    guest.abort(at);
    await this.#pass(DEFAULT_DOE_LIMITS.abortMs, () => guest.isIdle(at), 'abort', at);
    for (let more = this.#random.below(6); more > 0; more--) {
      this.#others.step();
    }
    const found: string[] = [];
    let index = 0;
    do {
      const request = Uint8Array.of(index, 2, 0, 0);
      guest.send(at, discoveryId, request);
      await this.#pass(DEFAULT_DOE_LIMITS.responseMs - 1, () => guest.isReady(at), 'discovery', at);
      const [, , word = 0] = guest.drain(at);
      found.push(featureName({ vendor: word & 0xffff, type: (word >>> 16) & 0xff }));
      index = word >>> 24;
    } while (index !== 0 && found.length < 256);
    const expected = this.#others.listed(instance).map(featureName);
    if (found.join() !== expected.join()) {
      throw new Error(`discovery shows ${found.join()} and not ${expected.join()}`);
    }
  }

  /** With everything under way, or after everything has settled and answered at once. */
  async end(): Promise<void> {
    const { device, guest } = this;
    const { features } = device;
    if (this.#random.below(2) === 0) {
      features.areMoody = false;
      features.settleAll();
      await promises();
      for (const { at } of device.model.doe.all) {
        guest.abort(at);
        guest.send(at, discoveryId, Uint8Array.of(0, 2, 0, 0));
        if (!guest.isReady(at)) {
          throw new Error(`nothing is under way, and discovery of ${at.toString(16)} waits`);
        }
      }
    }
    device[Symbol.dispose]();
    this.#others.release();
    await promises();
    this.#ended();
    // Too late.
    features.settleAll();
    guest.step();
    this.#others.step();
    await promises();
    device.model.reset();
    this.#ended();
  }

  #ended(): void {
    const { clock, features, specs } = this.device;
    this.#check();
    const left = this.#others.leftovers();
    if (clock.pendingCount > 0 || left.length > 0) {
      throw new Error(`left behind: ${clock.pendingCount} timers, ${left.join()}`);
    }
    for (const { feature } of specs.flatMap((spec) => spec.features)) {
      const disposed = features.counts.get(
        `disposed ${feature.vendor.toString(16)}:${feature.type}`,
      );
      if (disposed !== 1) {
        throw new Error(`${featureName(feature)} was disposed ${disposed ?? 0} times`);
      }
    }
  }

  /** Lets time pass until it is done. */
  async #pass(limit: number, isDone: () => boolean, what: string, at: number): Promise<void> {
    await promises();
    for (let left = limit; left > 0 && !isDone(); left -= TICK_MS) {
      this.device.clock.advance(Math.min(left, TICK_MS));
      await promises();
    }
    this.#check();
    if (!isDone()) {
      const status = this.guest.status(at).toString(16);
      throw new Error(`${what} of ${at.toString(16)}: status ${status} after ${limit} ms`);
    }
  }

  /** What a feature does while it is asked. */
  #meddle(): void {
    if (this.#isReached) {
      // What discovery shows must not change on its way.
      return;
    }
    if (this.#random.below(4) === 0) {
      this.#reset();
    } else if (this.#random.below(2) === 0) {
      this.#others.step();
    } else {
      this.guest.step();
    }
  }

  /** FLR, or VFIO_DEVICE_RESET. */
  #reset(): void {
    this.device.model.reset();
    this.guest.forget();
    this.device.features.count('reset');
  }

  #check(): void {
    const { broken } = this.device.features;
    if (broken !== undefined) {
      throw new Error(broken);
    }
  }
}

/** Lets everything happen that waits for nothing but promises. */
async function promises(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await Promise.resolve();
  }
}
