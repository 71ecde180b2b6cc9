/**
 * The interrupts of one device, as its model sees them. Injected into the model. An interrupt that no
 * client has enabled is dropped, as on a bus; the return value says whether somebody was signalled.
 */
export interface Irqs {
  /** Fires interrupt `subindex` of a `message` or `signal` index once; pulses a `level` index. */
  trigger(index: number, subindex?: number): boolean;
  /** Raises the line of a `level` index. It stays raised until {@link Irqs.deassert}. */
  assert(index: number): boolean;
  deassert(index: number): void;
  /** Whether a client has enabled this index. */
  enabled(index: number): boolean;
}

export const Irqs: unique symbol = Symbol.for('@mdevkit/core/Irqs');
