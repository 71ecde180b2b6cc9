import { watchAsyncResources } from './async-resources.js';
import { Descriptors } from './descriptors.js';
import { watchDisposables } from './disposables.js';
import type { Holding } from './holding.js';
import { Ledger, held } from './ledger.js';
import { watchOpenings } from './openings.js';
import { settle } from './settle.js';

/** Joins the watchers, and decides at each boundary of a run what belongs to whom. */
export class LeakCheck {
  readonly #ledger = new Ledger();
  readonly #descriptors = new Descriptors();
  readonly #suites = new Map<object, Holding[]>();
  #started = false;

  /** Watches disposables at once: what a test file makes while it is loaded counts as well. */
  constructor() {
    watchDisposables((holding) => {
      this.#ledger.add(holding);
    });
  }

  /** Watches the rest, which mocha itself uses until its first test. */
  start(): void {
    if (!this.#started) {
      this.#started = true;
      watchOpenings();
      watchAsyncResources((holding) => {
        this.#ledger.add(holding);
      });
      this.#descriptors.takeNew(() => undefined);
    }
  }

  /** The `before` hooks of `suite` have run: what they made may stay until the suite ends. */
  suiteBegan(suite: object): void {
    this.#suites.set(suite, this.#take());
  }

  /** Tells `done` what the test that ends here left behind. */
  testEnded(done: (leaked: readonly Holding[]) => void): void {
    settle(
      () => this.#isUnsettled(),
      () => {
        done(this.#take());
      },
    );
  }

  /** Tells `done` what the hooks of `suite` left behind. */
  suiteEnded(suite: object, done: (leaked: readonly Holding[]) => void): void {
    const own = this.#suites.get(suite) ?? [];
    this.#suites.delete(suite);
    settle(
      () => held(own).length > 0 || this.#isUnsettled(),
      () => {
        done([...held(own), ...this.#take()]);
      },
    );
  }

  #isUnsettled(): boolean {
    return this.#ledger.hasHeld() || this.#descriptors.hasNew();
  }

  #take(): Holding[] {
    const opened = this.#descriptors.takeNew((fd) => this.#ledger.originOf(fd));
    return [...this.#ledger.take(), ...opened];
  }
}
