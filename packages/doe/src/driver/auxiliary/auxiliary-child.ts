import type { DoeObjectId, ExchangeOptions } from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import { ask, whenAborted } from '../exchange/index.js';
import type { DoeExchangePort, DoeRequester } from '../feature/index.js';
import type { FeatureTable } from '../ownership/index.js';
import type { DoeAuxiliaryDevice } from './auxiliary-driver.js';

/** What a child is made of. */
export interface AuxiliaryParent {
  readonly at: number;
  readonly features: FeatureTable;
  readonly exchanges: DoeExchangePort;
}

/** A child as one driver has it: a requester of its own. */
export class AuxiliaryChild implements DoeAuxiliaryDevice {
  readonly name: string;
  readonly at: number;
  readonly #parent: AuxiliaryParent;
  readonly #requester: DoeRequester;
  readonly #ending = new AbortController();

  constructor(parent: AuxiliaryParent, driver: string) {
    this.at = parent.at;
    this.name = `doe.${parent.at.toString(16)}`;
    this.#parent = parent;
    this.#requester = { name: `${driver} at ${this.name}`, kind: 'auxiliary' };
  }

  features(): readonly DoeObjectId[] {
    this.#ending.signal.throwIfAborted();
    return this.#parent.features.entries
      .filter(({ owner }) => owner === 'registers')
      .map(({ vendor, type }) => ({ vendor, type }));
  }

  async exchange(
    vendor: number,
    type: number,
    payload: Uint8Array,
    options: ExchangeOptions = {},
  ): Promise<Uint8Array> {
    const own = options.signal;
    const signals = own === undefined ? [this.#ending.signal] : [this.#ending.signal, own];
    for (const signal of signals) {
      signal.throwIfAborted();
    }
    const { exchanges } = this.#parent;
    const endings = signals.map(whenAborted);
    return ask(exchanges, this.#requester, { vendor, type }, payload, endings);
  }

  /** Whoever waits is not answered, nor is anybody else. Idempotent. */
  end(): void {
    if (!this.#ending.signal.aborted) {
      this.#ending.abort(failure('doe.gone', { child: this.name }));
    }
  }
}
