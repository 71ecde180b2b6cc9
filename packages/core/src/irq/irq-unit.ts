import type { IrqRequest } from './request.js';
import type { ResolveDescriptor } from './slot.js';
import type { IrqTarget } from './target.js';

/** Whether this index is the enabled one, none is, or another is. */
export type Activity = 'off' | 'active' | 'other';

/** Signals a target. False if it threw: a client's target must not break whoever fired the interrupt. */
export type Notify = (target: IrqTarget) => boolean;

/** Tells a target, if there is one, that its binding has ended. Never throws. */
export type LetGo = (target: IrqTarget | undefined) => void;

/** One irq index at work. The controller owns which index is active and tells it with every request. */
export interface IrqUnit {
  /** VFIO_IRQ_INFO_* of the index. */
  readonly infoFlags: number;
  readonly count: number;
  /** Whether the index competes with the others to be the active one. */
  readonly exclusive: boolean;
  readonly enabled: boolean;
  /** Carries a validated request out. Returns 0, or how many vectors exist when there are too few. */
  set(request: IrqRequest, activity: Activity, resolve: ResolveDescriptor): number;
  trigger(subindex: number): boolean;
  assert(): boolean;
  deassert(): void;
  /** The device was reset: lines fall, bindings stay. */
  resetLines(): void;
  /** The client is gone: everything is unbound and disabled. */
  disable(): void;
}
