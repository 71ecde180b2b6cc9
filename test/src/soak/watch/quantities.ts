import type { Allowance } from './flat.js';

/** What is watched, and how much of it may come in a run. */
export interface Quantity {
  readonly title: string;
  readonly unit: 'B' | 'ns' | '';
  readonly allowance: Allowance;
}

const MIB = 2 ** 20;

/**
 * The allowances are what runs without a leak show at the most: a collected heap moves by some hundred KiB, and for a long
 * time it still grows by what the engine learns of rare paths; resident memory by what the allocator keeps; latencies by what
 * else the machine does. In ten minutes, which are 5,000 rounds or more, a descriptor, a mapping or a disposable that is lost
 * in one round of a hundred is beyond them, and a KiB of heap in every round; of resident memory only 20 KiB in every round.
 */
export const quantities = {
  heap: {
    title: 'heap and buffers',
    unit: 'B',
    allowance: { absolute: 3 * MIB, relative: 0.03 },
  },
  resident: {
    title: 'resident memory',
    unit: 'B',
    allowance: { absolute: 48 * MIB, relative: 0.2 },
  },
  descriptors: { title: 'descriptors', unit: '', allowance: { absolute: 3, relative: 0 } },
  mappings: { title: 'mappings', unit: '', allowance: { absolute: 40, relative: 0.05 } },
  disposables: { title: 'disposables', unit: '', allowance: { absolute: 3, relative: 0 } },
  localRead: {
    title: 'read in process, median',
    unit: 'ns',
    allowance: { absolute: 500, relative: 1 },
  },
  remoteRead: {
    title: 'read over vfio-user, median',
    unit: 'ns',
    allowance: { absolute: 20_000, relative: 1 },
  },
} as const satisfies Readonly<Record<string, Quantity>>;

export type QuantityName = keyof typeof quantities;
export const quantityNames = Object.keys(quantities) as readonly QuantityName[];
