import type { ExchangeOptions } from './transport.js';

/** Carries whole data objects as they are, header included; `DoeMailbox` is one. For bridges and tests. */
export interface DoeObjectExchange {
  /**
   * Resolves to the whole response, header included, a copy of the caller's own. `object` has whole words, 2 .. 2^18, and may be
   * used again at once; its header goes to the device as it is, whether or not the device lists the feature, and even if its length
   * lies. Rejects with an MdevError, as `DoeTransport.exchange` does.
   */
  exchangeObject(object: Uint8Array, options?: ExchangeOptions): Promise<Uint8Array>;
}
