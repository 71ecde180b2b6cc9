import type { ClientCallKind } from '@mdevkit/core';

/** What the model does, or has done to it: where a fault can be. */
export type ModelPoint =
  | 'dma'
  | 'dma.read'
  | 'dma.write'
  | 'irq'
  | 'event'
  | 'clock.schedule'
  | 'clock.fire'
  | 'model.create'
  | 'model.open'
  | 'model.reset'
  | 'model.close'
  | 'model.quiesce'
  | 'model.read'
  | 'model.write';

/** What a client asks for, as the core is asked for it. */
export type ClientPoint = `client.${ClientCallKind}`;

/** A kind of call that faults are counted in. `any` is each of them but `model.create`. */
export type FaultPoint = ModelPoint | ClientPoint | 'any';

/**
 * What happens at a point. Which of them fit which point is checked when the plan is read:
 *
 * - `fail`: the call throws; `errno` is a name such as `EIO` (default), or `ENOMEM` for memory pressure
 * - `drop`, `duplicate`, `delay`: an interrupt is lost, comes twice, or comes `ms` later
 * - `corrupt`: `bits` (1) bits of what a DMA carries are turned over, where the seed says
 * - `shorten`: a DMA carries its first `to` bytes only (half of them without it), and says that it carried all
 * - `stall`: a queue stands still: the write of a client (its doorbell), or a timer of the model, has its effect `ms` later
 * - `remove`: the mdev is pulled out
 * - `link-down`: for `ms`, or for good without it, reads give ones, writes, DMA and interrupts come to nothing
 * - `clock-jump`: the model's clock is `ms` further on from now on
 * - `memory-pressure`: for the next `calls` (for good without it) whatever has to allocate answers ENOMEM: maps, pins,
 *   bindings, control calls, timers
 */
export type FaultAction =
  | { readonly fault: 'fail'; readonly errno?: string }
  | { readonly fault: 'drop' | 'duplicate' | 'remove' }
  | { readonly fault: 'delay' | 'stall' | 'clock-jump'; readonly ms: number }
  | { readonly fault: 'corrupt'; readonly bits?: number }
  | { readonly fault: 'shorten'; readonly to?: number }
  | { readonly fault: 'link-down'; readonly ms?: number }
  | { readonly fault: 'memory-pressure'; readonly calls?: number };

/** When a rule strikes, counted over the calls of its point that its `where` lets through, for each mdev from its creation. */
export type FaultWhen =
  /** The n-th, from 1; with `times`, so many from there on. */
  | { readonly nth: number; readonly times?: number }
  | { readonly every: number; readonly times?: number }
  /** 0 .. 1, drawn from the plan's seed. */
  | { readonly probability: number; readonly times?: number };

/** Narrows the calls of a point to those where every member that is given agrees. */
export interface FaultWhere {
  /** VFIO region index, and bytes in it: an access that touches them. */
  readonly region?: number;
  readonly offset?: number;
  readonly length?: number;
  /** VFIO irq index and subindex. */
  readonly index?: number;
  readonly subindex?: number;
  /** mdevs of this type, `<driver>-<id>`. */
  readonly type?: string;
}

export interface FaultRule {
  readonly at: FaultPoint;
  readonly where?: FaultWhere;
  readonly when: FaultWhen;
  readonly do: FaultAction;
}

/** Faults that are declared beforehand. The same plan gives the same run: all that is drawn comes from `seed`. */
export interface FaultPlan {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
}
