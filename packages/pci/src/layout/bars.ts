import { PCI_STD_NUM_BARS } from '@mdevkit/uapi';
import { checkInteger, isPowerOfTwo } from '../check.js';
import type { BarIndex, BarSpec, PciFunctionSpec } from './function-spec.js';

/** A BAR with its defaults filled in. */
export interface CompiledBar {
  readonly index: BarIndex;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly kind: 'memory32' | 'memory64' | 'io';
  readonly prefetchable: boolean;
}

const sizes = {
  memory32: { min: 16, max: 2 ** 31 },
  memory64: { min: 16, max: 2 ** 40 },
  io: { min: 4, max: 256 },
} as const;

const indexes: readonly BarIndex[] = [0, 1, 2, 3, 4, 5];

/**
 * Checks the BARs of a function and returns them by index.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.1.2.1.
 *
 * @throws RangeError for a wrong size, or a 64-bit BAR without a free neighbour.
 */
export function compileBars(
  bars: PciFunctionSpec['bars'] = {},
): readonly (CompiledBar | undefined)[] {
  for (const key of Object.keys(bars)) {
    checkInteger('The index of a BAR', Number(key), 0, PCI_STD_NUM_BARS - 1);
  }
  const compiled = indexes.map((index) => {
    const spec = bars[index];
    return spec === undefined ? undefined : compileBar(index, spec);
  });
  for (const bar of compiled) {
    if (bar?.kind === 'memory64' && (bar.index === 5 || compiled[bar.index + 1] !== undefined)) {
      throw new RangeError(
        `BAR ${bar.index} has 64 bits and needs the register of BAR ${bar.index + 1}`,
      );
    }
  }
  return compiled;
}

function compileBar(index: BarIndex, spec: BarSpec): CompiledBar {
  const { size, kind = 'memory32', prefetchable = false, name = `bar${index}` } = spec;
  const { min, max } = sizes[kind];
  if (!isPowerOfTwo(size) || size < min || size > max) {
    throw new RangeError(
      `The size of BAR ${index} (${kind}) must be a power of two in ${min} .. ${max}, not ${size}`,
    );
  }
  if (prefetchable && kind === 'io') {
    throw new RangeError(`BAR ${index} is an I/O BAR and cannot be prefetchable`);
  }
  return { index, name, size, kind, prefetchable };
}
