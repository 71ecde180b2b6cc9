import { isThenable, type Clock, type Logger, type MdevError } from '@mdevkit/core';
import { featureName, isDiscovery } from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import type {
  DoeExchange,
  DoeExchangePort,
  DoeLimits,
  DoeOutcome,
  DoeRequester,
} from '../feature/index.js';
import { refusal, type FeatureEntry, type FeatureTable } from '../ownership/index.js';
import { FeatureCall } from './feature-call.js';
import { discover, respond } from './outcomes.js';
import { PendingExchange, type ExchangeHome } from './pending-exchange.js';
import { Rotation } from './rotation.js';

export interface DoeExchangesParts {
  /** Config offset of the DOE Capability. */
  readonly at: number;
  readonly features: FeatureTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: DoeLimits;
}

/**
 * The queue in front of the features of one DOE Capability: one exchange at a time, in turn between requesters. A handler that
 * answers at once is answered before {@link submit} returns, if nothing else is under way.
 *
 * An exchange that is over is none: a handler that works on although nobody waits for it any more holds up its own feature
 * alone, whose exchanges wait for it until their limit.
 *
 * Source: PCI Express Base Specification 6.0, section 6.30.2; own rules where several ask.
 */
export class DoeExchanges implements DoeExchangePort, ExchangeHome, Disposable {
  readonly #parts: DoeExchangesParts;
  readonly #rotation = new Rotation();
  readonly #following: Disposable;
  /** The exchange that is being served, and the feature at work for it. */
  #current: { readonly exchange: PendingExchange; readonly call: FeatureCall } | undefined;
  /** Features at work for exchanges that are over. */
  readonly #held = new Map<FeatureEntry, FeatureCall>();
  #isServing = false;
  #isGone = false;

  constructor(parts: DoeExchangesParts) {
    this.#parts = parts;
    this.#following = parts.features.onChange((entry) => {
      this.#ownerChanged(entry);
    });
  }

  submit(
    requester: DoeRequester,
    object: Uint8Array,
    done: (outcome: DoeOutcome) => void,
  ): DoeExchange {
    const exchange = new PendingExchange(requester, object, this.#guarded(done), this);
    const { limits } = this.#parts;
    if (this.#isGone) {
      exchange.fail(failure('doe.gone', this.#where()));
    } else if (object.length > limits.objectWords * 4) {
      exchange.fail(failure('doe.long-object', { length: object.length, ...this.#where() }));
    } else if (!this.#rotation.add(exchange, limits.queued)) {
      exchange.fail(failure('doe.queue-full', { requester: requester.name, ...this.#where() }));
    } else {
      this.#serve();
      if (requester.kind === 'registers') {
        this.#limit(exchange);
      }
    }
    return exchange;
  }

  /** Runs something of several steps, and no exchange begins before it is over. */
  whilePaused(run: () => void): void {
    const isServing = this.#isServing;
    this.#isServing = true;
    try {
      run();
    } finally {
      this.#isServing = isServing;
    }
    this.#serve();
  }

  /** The function was reset: all exchanges fail, and what comes of them is thrown away. */
  reset(): void {
    this.#failAll(failure('doe.reset', this.#where()));
  }

  /** All exchanges fail with EIO `doe.gone`, now and from now on. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isGone) {
      return;
    }
    this.#isGone = true;
    this.#following[Symbol.dispose]();
    this.#failAll(failure('doe.gone', this.#where()));
    // They may never come back, and whoever waits for them is not to.
    for (const call of this.#held.values()) {
      call.settle();
    }
    this.#held.clear();
  }

  ended(exchange: PendingExchange, reason: MdevError | undefined): void {
    const current = this.#current;
    if (current?.exchange === exchange) {
      const { call } = current;
      this.#held.set(call.entry, call);
      this.#current = undefined;
      this.#rotation.served(exchange.requester);
      call.abort(reason ?? failure('doe.nobody-waits', this.#where()));
    } else {
      this.#rotation.remove(exchange);
    }
  }

  proceed(): void {
    this.#serve();
  }

  #serve(): void {
    if (this.#isServing) {
      return;
    }
    this.#isServing = true;
    try {
      while (this.#current === undefined && !this.#isGone) {
        const exchange = this.#rotation.next((each) => this.#isHeld(each));
        if (exchange === undefined) {
          return;
        }
        this.#begin(exchange);
      }
    } finally {
      this.#isServing = false;
    }
  }

  /** Whether the feature of an exchange whose turn it is works for one that is over; its limit runs from now on. */
  #isHeld(exchange: PendingExchange): boolean {
    const entry = this.#parts.features.find(exchange.id);
    if (entry === undefined || !this.#held.has(entry) || !entry.isOwnedBy(exchange.requester)) {
      return false;
    }
    this.#limit(exchange);
    return true;
  }

  #begin(exchange: PendingExchange): void {
    const { features } = this.#parts;
    const { id, requester } = exchange;
    const entry = features.find(id);
    if (entry?.isOwnedBy(requester) === true) {
      this.#ask(exchange, entry);
      return;
    }
    this.#rotation.served(requester);
    if (isDiscovery(id)) {
      exchange.finish(discover(features, exchange.payload));
    } else {
      const unknown = failure('doe.no-feature', { feature: featureName(id), ...this.#where() });
      exchange.fail(entry === undefined ? unknown : refusal(requester, entry));
    }
  }

  #ask(exchange: PendingExchange, entry: FeatureEntry): void {
    const call = new FeatureCall(this.#parts.at, entry);
    exchange.call = call;
    this.#current = { exchange, call };
    entry.begin();
    let answer: unknown;
    try {
      answer = entry.feature.handle(exchange.payload, call);
      if (isThenable(answer)) {
        this.#follow(exchange, call, answer);
        return;
      }
    } catch (error) {
      this.#settled(exchange, call, () => this.#failed(entry, error));
      return;
    }
    this.#settled(exchange, call, () => this.#answered(entry, answer));
  }

  #follow(exchange: PendingExchange, call: FeatureCall, answer: Promise<unknown>): void {
    this.#limit(exchange);
    const { entry } = call;
    Promise.resolve(answer).then(
      (value) => {
        this.#settled(exchange, call, () => this.#answered(entry, value));
      },
      (error: unknown) => {
        this.#settled(exchange, call, () => this.#failed(entry, error));
      },
    );
  }

  #settled(exchange: PendingExchange, call: FeatureCall, outcome: () => DoeOutcome): void {
    call.settle();
    const { entry } = call;
    const isCurrent = this.#current?.call === call;
    if (isCurrent) {
      this.#current = undefined;
      this.#rotation.served(exchange.requester);
    } else {
      this.#held.delete(entry);
    }
    entry.end();
    // What comes late is not even a failure: it was told to stop.
    if (!exchange.isOver) {
      exchange.finish(outcome());
    }
    this.#serve();
  }

  /** Whoever asked on the old owner's behalf, waiting or not, is not answered any more. */
  #ownerChanged(entry: FeatureEntry): void {
    const { features } = this.#parts;
    const { exchange } = this.#current ?? {};
    const all = [...this.#rotation.waiting(), ...(exchange === undefined ? [] : [exchange])];
    for (const each of all) {
      if (features.find(each.id) === entry && !entry.isOwnedBy(each.requester)) {
        each.fail(failure('doe.revoked', { feature: entry.name, ...this.#where() }));
      }
    }
  }

  #failAll(reason: MdevError): void {
    // Whoever hears of it may ask again.
    this.whilePaused(() => {
      for (const each of this.#rotation.waiting()) {
        each.fail(reason);
      }
      this.#current?.exchange.fail(reason);
    });
  }

  /** From now on, if it does not run already. */
  #limit(exchange: PendingExchange): void {
    if (exchange.isOver || exchange.timer !== undefined) {
      return;
    }
    const { clock, limits } = this.#parts;
    const limit = exchange.requester.kind === 'registers' ? limits.responseMs : limits.grantMs;
    exchange.timer = clock.schedule(limit, () => {
      this.#report(exchange);
      exchange.fail(failure('doe.timed-out', { limit, ...this.#where() }));
    });
  }

  /** Once for each call, however many exchanges it keeps waiting. */
  #report(exchange: PendingExchange): void {
    const { features, logger } = this.#parts;
    const entry = features.find(exchange.id);
    const call = exchange.call ?? (entry && this.#held.get(entry));
    if (call?.isReported === false) {
      call.isReported = true;
      logger.warn('a DOE feature does not answer in time', { feature: call.entry.name });
    }
  }

  #answered(entry: FeatureEntry, answer: unknown): DoeOutcome {
    try {
      return respond(entry, answer);
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  #failed(entry: FeatureEntry, error: unknown): DoeOutcome {
    const feature = entry.name;
    this.#parts.logger.error('a DOE feature failed', { feature, what: 'handle', error });
    return {
      kind: 'error',
      reason: failure('doe.feature-failed', { feature, ...this.#where() }, error),
    };
  }

  /** What hears of an outcome must not keep the others from theirs. */
  #guarded(done: (outcome: DoeOutcome) => void): (outcome: DoeOutcome) => void {
    return (outcome) => {
      try {
        done(outcome);
      } catch (error) {
        this.#parts.logger.error('an outcome was not taken in', { error });
      }
    };
  }

  #where(): { readonly at: string } {
    return { at: this.#parts.at.toString(16) };
  }
}
