import type { ClientCallKind } from '@mdevkit/core';
import type { ClientPoint, FaultPoint, ModelPoint } from '../plan.js';

/** A point that calls are met at: all but `any`. */
export type CallPoint = Exclude<FaultPoint, 'any'>;

/** Names every kind of call; one that the core gets and this does not have fails the build. */
const clientKinds: Readonly<Record<ClientCallKind, true>> = {
  open: true,
  close: true,
  release: true,
  reset: true,
  info: true,
  'region-info': true,
  'irq-info': true,
  read: true,
  write: true,
  'set-irqs': true,
  mmap: true,
  feature: true,
  'migration-state': true,
  'dma-map': true,
  'dma-unmap': true,
  bind: true,
  unbind: true,
  quiet: true,
  'control-open': true,
  'control-close': true,
  control: true,
};

export const clientCallKinds = Object.keys(clientKinds) as readonly ClientCallKind[];

export const modelPoints: readonly ModelPoint[] = [
  'dma',
  'dma.read',
  'dma.write',
  'irq',
  'event',
  'clock.schedule',
  'clock.fire',
  'model.create',
  'model.open',
  'model.reset',
  'model.close',
  'model.quiesce',
  'model.read',
  'model.write',
];

export const callPoints: readonly CallPoint[] = [
  ...modelPoints,
  ...clientCallKinds.map((kind): ClientPoint => `client.${kind}`),
];
