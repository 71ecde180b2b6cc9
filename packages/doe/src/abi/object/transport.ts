/** Options of an exchange. */
export interface ExchangeOptions {
  readonly signal?: AbortSignal;
}

/**
 * Carries data objects to a device and their answers back: what readers of tables and requesters of SPDM need, whatever
 * lies below. `DoeMailbox` is one, and so is a child of the auxiliary bus.
 */
export interface DoeTransport {
  /**
   * Asks the feature `vendor`:`type` (16 and 8 bits). `payload` is what follows the two header words of the data
   * object; it is padded with zeros to whole words and may be used again at once. Resolves to the payload of the
   * answer, a copy of the caller's own, in whole words: the true length is known to the inner protocol alone (PCI
   * Express Base Specification 6.0, section 6.30.1).
   *
   * Rejects with an MdevError that has a reason of its own for each cause. Once `signal` is aborted it rejects at once,
   * whatever the device does.
   */
  exchange(
    vendor: number,
    type: number,
    payload: Uint8Array,
    options?: ExchangeOptions,
  ): Promise<Uint8Array>;
}
