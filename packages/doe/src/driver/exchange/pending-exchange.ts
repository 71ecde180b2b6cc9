import type { MdevError } from '@mdevkit/core';
import {
  decodeObjectHeader,
  OBJECT_HEADER_SIZE,
  type DoeObjectId,
} from '../../abi/object/index.js';
import type { DoeExchange, DoeOutcome, DoeRequester } from '../feature/index.js';
import type { FeatureCall } from './feature-call.js';

/** What an exchange needs of its queue. */
export interface ExchangeHome {
  /** It is over, before or after its feature was asked. Nothing of another one happens yet. */
  ended(exchange: PendingExchange, reason: MdevError | undefined): void;
  /** Whoever waited for it knows: the next one's turn. */
  proceed(): void;
}

/** One exchange, from being asked for until its outcome. */
export class PendingExchange implements DoeExchange {
  readonly requester: DoeRequester;
  readonly id: DoeObjectId;
  /** Set when its feature is asked. */
  call: FeatureCall | undefined;
  /** Its limit, once that runs. */
  timer: Disposable | undefined;
  readonly #object: Uint8Array;
  readonly #done: (outcome: DoeOutcome) => void;
  readonly #home: ExchangeHome;
  #isOver = false;

  constructor(
    requester: DoeRequester,
    object: Uint8Array,
    done: (outcome: DoeOutcome) => void,
    home: ExchangeHome,
  ) {
    this.requester = requester;
    this.id = decodeObjectHeader(object);
    this.#object = object;
    this.#done = done;
    this.#home = home;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get payload(): Uint8Array {
    return this.#object.subarray(OBJECT_HEADER_SIZE);
  }

  get unsettled(): Promise<void> | undefined {
    return this.call?.whenSettled();
  }

  cancel(): void {
    if (this.#end()) {
      this.#home.ended(this, undefined);
      this.#home.proceed();
    }
  }

  /** The outcome, unless it is over. */
  finish(outcome: DoeOutcome): void {
    if (this.#end()) {
      this.#home.ended(this, outcome.kind === 'error' ? outcome.reason : undefined);
      this.#done(outcome);
      this.#home.proceed();
    }
  }

  fail(reason: MdevError): void {
    this.finish({ kind: 'error', reason });
  }

  #end(): boolean {
    const isFirst = !this.#isOver;
    this.#isOver = true;
    this.timer?.[Symbol.dispose]();
    this.timer = undefined;
    return isFirst;
  }
}
