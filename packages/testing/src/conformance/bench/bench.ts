import {
  ManualClock,
  MdevError,
  type MdevHost,
  type Device,
  type Interposer,
  type MdevIdentity,
  type MdevType,
} from '@mdevkit/core';
import type { ConformanceOptions, MakeHost } from '../make-host.js';
import { bounded, threadsTurn, turn, type Pulse } from './bounded.js';
import { LeakLedger } from './leak-ledger.js';
import { ModelWatch } from './model-watch.js';
import { BenchLogger, type BenchLine } from './recording-logger.js';
import { StrayErrors } from './stray-errors.js';

interface BenchParts {
  readonly makeHost: MakeHost;
  readonly options: ConformanceOptions;
  readonly interposers: readonly Interposer[];
}

/**
 * A host with the driver under test, for one check, and all that is watched around it. Everything that is made through it
 * is released when it is disposed, in reverse order; then nothing may be left.
 */
export class Bench implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly options: ConformanceOptions;
  readonly logger = new BenchLogger();
  /** What every model of the host is told, and does. */
  readonly watch = new ModelWatch();
  /** Disposables since the bench began. */
  readonly ledger = new LeakLedger();
  readonly #stray = new StrayErrors();
  readonly #parts: BenchParts;
  readonly #owned: (() => Promise<unknown>)[] = [];
  #host: MdevHost | undefined;
  /** Calls of {@link Bench.settle} that are under way. */
  #settling = 0;
  #left = '';

  private constructor(parts: BenchParts) {
    this.#parts = parts;
    this.options = parts.options;
  }

  static async start(
    makeHost: MakeHost,
    options: ConformanceOptions = {},
    interposers: readonly Interposer[] = [],
  ): Promise<Bench> {
    const bench = new Bench({ makeHost, options, interposers });
    try {
      bench.#host = await bench.anotherHost();
    } catch (error) {
      bench.#end();
      throw error;
    }
    return bench;
  }

  get host(): MdevHost {
    if (this.#host === undefined) {
      throw new Error('the bench has no host yet');
    }
    return this.#host;
  }

  /** What was logged by the host and the drivers. */
  get log(): readonly BenchLine[] {
    return this.logger.lines;
  }

  /** What was thrown where nobody catches it. */
  get strayErrors(): readonly unknown[] {
    return this.#stray.errors;
  }

  /** The type under test, of its first parent. Throws if there is none. */
  get type(): MdevType {
    const type = this.host.types.find(({ id }) => id === (this.options.type ?? id));
    if (type === undefined) {
      throw new Error(`the host offers no type ${this.options.type ?? ''}`);
    }
    return type;
  }

  /** One more host with the driver, on the same clock. It is closed with the bench. */
  async anotherHost(): Promise<MdevHost> {
    const { makeHost, interposers } = this.#parts;
    const host = await makeHost({
      clock: this.clock,
      logger: this.logger,
      interposers: [...interposers, this.watch],
    });
    this.#owned.push(() => host.close());
    return host;
  }

  /** A new mdev of the type under test. */
  create(uuid?: string): Promise<MdevIdentity> {
    const { parent, id } = this.type;
    return this.host.create({ parent, type: id, ...(uuid !== undefined && { uuid }) });
  }

  /** A new mdev, open. */
  async open(): Promise<Device> {
    const { uuid } = await this.create();
    return this.openAs(uuid);
  }

  /** An mdev that exists, open. */
  async openAs(uuid: string): Promise<Device> {
    return this.own(await this.host.open(uuid));
  }

  /** Closes it with the bench. */
  own<T extends { close(): Promise<unknown> }>(owned: T): T {
    this.#owned.push(() => owned.close());
    return owned;
  }

  /** Unloads the driver under test, whatever its name: the id of a type begins with it. */
  async unload(graceMs = 0): Promise<void> {
    const parts = this.type.id.split('-');
    for (let length = parts.length - 1; length > 0; length--) {
      try {
        await this.host.unload(parts.slice(0, length).join('-'), graceMs);
        return;
      } catch (error) {
        if (!MdevError.is(error) || error.code !== 'ENOENT') {
          throw error;
        }
      }
    }
    throw new Error(`no driver has the type ${parts.join('-')}`);
  }

  /** Moves time on. What a timer throws is kept as stray, as it would end the process. */
  advance(milliseconds: number): void {
    const end = this.clock.now() + milliseconds;
    while (this.clock.now() < end) {
      try {
        this.clock.advance(end - this.clock.now());
      } catch (error) {
        this.#stray.errors.push(error);
      }
    }
  }

  /** Lets everything happen that is on its way, while time moves on by so much, in ten steps. */
  async settle(milliseconds = 0): Promise<void> {
    const step = milliseconds / 10;
    this.#settling += 1;
    try {
      await threadsTurn();
      for (let count = 0; count < 10; count++) {
        await turn();
        this.advance(step);
      }
      if (step > 0) {
        await threadsTurn();
      }
    } finally {
      this.#settling -= 1;
    }
  }

  /** Waits for a promise, but not for ever: fails with a sentence about `what` if it does not settle. */
  within<T>(what: string, promise: Promise<T>): Promise<T> {
    return bounded(what, promise, this.#pulse());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const close of this.#owned.splice(0).reverse()) {
        await this.within('closing the devices and the host', close());
      }
      await this.settle();
    } finally {
      this.#end();
    }
  }

  /** Throws what is left, after the bench was disposed. */
  requireNothingLeft(): void {
    const [stray] = this.#stray.errors;
    if (this.#stray.errors.length > 0) {
      throw new Error(`the driver let an error through that nobody catches: ${String(stray)}`, {
        cause: stray,
      });
    }
    if (this.#left !== '') {
      throw new Error(`after the host was closed there are left: ${this.#left}`);
    }
  }

  #pulse(): Pulse {
    const { watch } = this;
    const isBusy = (): boolean => this.#settling > 0;
    return {
      get beat() {
        return watch.beat;
      },
      get isBusy() {
        return isBusy();
      },
      advance: (milliseconds) => {
        this.advance(milliseconds);
      },
    };
  }

  #end(): void {
    this.#left = this.ledger.describe();
    this.ledger.releaseAll();
    this.ledger[Symbol.dispose]();
    this.#stray[Symbol.dispose]();
  }
}
