import type { FaultAction, FaultPoint, FaultWhere } from '../plan.js';
import { callPoints, type CallPoint } from './points.js';

export type FaultName = FaultAction['fault'];

/** They happen to the mdev as a whole, whatever it is doing. */
const anywhere: readonly FaultName[] = ['remove', 'link-down', 'clock-jump', 'memory-pressure'];

/** What an ordinary call can suffer beside them is to fail. These differ. */
const special: Readonly<Partial<Record<CallPoint, readonly FaultName[]>>> = {
  dma: ['fail', 'corrupt', 'shorten'],
  'dma.read': ['fail', 'corrupt', 'shorten'],
  'dma.write': ['fail', 'corrupt', 'shorten'],
  // Neither has a caller that a failure could be told.
  irq: ['drop', 'duplicate', 'delay'],
  event: ['drop'],
  'clock.fire': ['stall'],
  'client.read': ['fail', 'corrupt', 'shorten'],
  'client.write': ['fail', 'stall'],
  // These end something. Nobody may refuse that, so the core's own never fail.
  'client.close': [],
  'client.release': [],
  'client.unbind': [],
  'client.control-close': [],
};

/** What fits a call of this point. */
export function faultsAt(point: CallPoint): ReadonlySet<FaultName> {
  const own = special[point] ?? ['fail'];
  // Before it is made there is nothing to pull out.
  const common = point === 'model.create' ? anywhere.filter((name) => name !== 'remove') : anywhere;
  return new Set([...own, ...common]);
}

/** Whether a rule may have this action at this point. At `any` it strikes where it fits. */
export function fitsAt(point: FaultPoint, fault: FaultName): boolean {
  return point === 'any' || faultsAt(point).has(fault);
}

type WhereName = keyof FaultWhere;

const ranges: readonly WhereName[] = ['region', 'offset', 'length'];

const narrowing: Readonly<Partial<Record<FaultPoint, readonly WhereName[]>>> = {
  any: [...ranges, 'index', 'subindex'],
  irq: ['index', 'subindex'],
  'model.read': ranges,
  'model.write': ranges,
  'client.read': ranges,
  'client.write': ranges,
  'client.mmap': ranges,
  'client.region-info': ['region'],
  'client.irq-info': ['index'],
  'client.set-irqs': ['index', 'subindex'],
};

/** What calls of a point can be narrowed by: one that they do not carry would never let any through. */
export function narrowsAt(point: FaultPoint, name: string): boolean {
  return name === 'type' || (narrowing[point]?.some((known) => known === name) ?? false);
}

export function isFaultPoint(value: unknown): value is FaultPoint {
  return value === 'any' || callPoints.some((point) => point === value);
}
