/** The number of a context: its window, its `ctx_id` in requests and the process element of its events. */
export function contextNumber(contextId: bigint): number {
  return Number(contextId & 0xffff_ffffn);
}

/**
 * What a client calls a context by: its number, and a nonce that tells it from the contexts that had the number before.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, CTXID in the low half of a `context_id`.
 */
export function contextCookie(number: number, nonce: number): bigint {
  return (BigInt(nonce) << 32n) | BigInt(number);
}
