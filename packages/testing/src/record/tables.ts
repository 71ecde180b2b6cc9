import type { ClientCallKind, DeviceEvent, DmaFault } from '@mdevkit/core';
import type { RecordedDmaKind } from './entry.js';

/*
 * What small integers of a recording stand for: each is the place in its table. A table may grow at its end within a
 * version of the format, and never changes otherwise.
 */

/** What an argument is: `any` number (a hostile client passes what it likes), an `address`, bytes, and so on. */
export type ArgumentType = 'number' | 'address' | 'flag' | 'text' | 'bytes' | 'slots';

export interface ArgumentRow {
  readonly name: string;
  readonly type: ArgumentType;
  /** It may be missing: undefined. */
  readonly optional?: true;
}

export interface CallRow {
  readonly call: ClientCallKind;
  readonly args: readonly ArgumentRow[];
}

const number = (name: string): ArgumentRow => ({ name, type: 'number' });
const address = (name: string): ArgumentRow => ({ name, type: 'address' });
const flag = (name: string): ArgumentRow => ({ name, type: 'flag' });
const bytes = (name: string): ArgumentRow => ({ name, type: 'bytes' });

/** Calls of clients, and their arguments in order. */
export const callTable: readonly CallRow[] = [
  { call: 'open', args: [] },
  { call: 'close', args: [] },
  { call: 'release', args: [] },
  { call: 'reset', args: [] },
  { call: 'info', args: [] },
  { call: 'region-info', args: [number('index')] },
  { call: 'irq-info', args: [number('index')] },
  { call: 'read', args: [number('region'), number('offset'), number('length')] },
  { call: 'write', args: [number('region'), number('offset'), bytes('bytes')] },
  {
    call: 'set-irqs',
    args: [
      number('index'),
      number('flags'),
      number('start'),
      number('count'),
      { name: 'bools', type: 'bytes', optional: true },
      { name: 'slots', type: 'slots', optional: true },
    ],
  },
  { call: 'mmap', args: [number('region'), number('offset'), number('length')] },
  { call: 'feature', args: [number('flags'), bytes('payload')] },
  { call: 'migration-state', args: [number('state')] },
  { call: 'dma-map', args: [address('iova'), number('size'), flag('read'), flag('write')] },
  { call: 'dma-unmap', args: [address('iova'), number('size')] },
  { call: 'bind', args: [] },
  { call: 'unbind', args: [number('pasid')] },
  { call: 'quiet', args: [{ name: 'cause', type: 'text' }] },
  { call: 'control-open', args: [] },
  { call: 'control-close', args: [number('client')] },
  { call: 'control', args: [number('client'), bytes('request')] },
];

export const dmaTable: readonly RecordedDmaKind[] = [
  'read',
  'write',
  'fill',
  'copy',
  'view',
  'request',
  'access',
];

export const irqTable = ['trigger', 'assert', 'deassert'] as const;

export const eventTable: readonly DeviceEvent['kind'][] = [
  'request',
  'hangup',
  'fault',
  'error',
  'lost',
];

export const dmaAccessTable = ['read', 'write'] as const;

export const faultCauseTable: readonly DmaFault['cause'][] = [
  'unattached',
  'unmapped',
  'permission',
  'memory',
  'request',
];
