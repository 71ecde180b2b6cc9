import type { Dma, DmaSegment } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  joined,
  outcomeOf,
  pattern,
  storeIn,
  type ByteModel,
  type Cause,
  type MapWindow,
} from './byte-model.test-support.js';

/** One DMA of a device. */
export interface DmaStep {
  readonly what: (typeof whats)[number];
  readonly at: bigint;
  readonly from: bigint;
  readonly length: number;
  readonly segments: readonly DmaSegment[];
  readonly seed: number;
}

const whats = ['read', 'write', 'fill', 'copy', 'gather', 'scatter', 'view', 'views'] as const;

/** Steps in and around windows, and now and then one in the first two of more than is moved at once (64 KiB). */
export function dmaStep(windows: readonly MapWindow[]): fc.Arbitrary<DmaStep> {
  const place = fc.constantFrom(...windows).chain(({ iova, size }) => {
    const edge = fc.constantFrom(-1, 0, size - 9, size);
    return fc.oneof(fc.nat(size), edge).map((offset) => iova + BigInt(offset));
  });
  const length = fc.oneof(fc.nat(40), fc.integer({ min: 4000, max: 9000 }));
  const segment = fc.record({ iova: place, length: fc.oneof(fc.nat(40), fc.nat(5000)) });
  const rest = {
    segments: fc.array(segment, { maxLength: 4 }),
    seed: fc.nat(255),
  };
  const start = windows[0]!.iova;
  const near = fc.nat(20_000).map((offset) => start + BigInt(offset));
  return fc.oneof(
    {
      weight: 7,
      arbitrary: fc.record({
        what: fc.constantFrom(...whats),
        at: place,
        from: place,
        length,
        ...rest,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        what: fc.constantFrom('read', 'write', 'fill', 'copy', 'copy'),
        at: near,
        from: near,
        length: fc.integer({ min: 2 ** 16, max: 2 ** 17 }),
        ...rest,
      }),
    },
  );
}

/** Has a device and a model do the same, and compares what they answer. */
export function checkStep(dma: Dma, model: ByteModel, step: DmaStep, hasViews: boolean): void {
  const { what, at, from, length, segments, seed } = step;
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  if (what === 'read' || what === 'gather') {
    const into = new Uint8Array(what === 'read' ? length : total);
    const before = into.slice();
    const parts = what === 'read' ? model.parts(at, length, 'read') : model.list(segments, 'read');
    const run = (): void => (what === 'read' ? dma.read(at, into) : dma.gather(segments, into));
    same(run, parts);
    equal(into, typeof parts === 'string' ? before : joined(parts));
  } else if (what === 'copy') {
    const source = model.parts(from, length, 'read');
    const target = typeof source === 'string' ? source : model.parts(at, length, 'write');
    same(() => dma.copy(at, from, length), target);
    if (typeof source !== 'string' && typeof target !== 'string') {
      storeIn(target, joined(source));
    }
  } else if (what === 'view' || what === 'views') {
    checkViews(dma, model, step, hasViews);
  } else {
    const data =
      what === 'fill'
        ? new Uint8Array(length).fill(seed)
        : pattern(what === 'write' ? length : total, seed);
    const scatters = what === 'scatter';
    const parts = scatters ? model.list(segments, 'write') : model.parts(at, length, 'write');
    const run = {
      write: () => dma.write(at, data),
      // Only the low 8 bits count.
      fill: () => dma.fill(at, length, seed + 256),
      scatter: () => dma.scatter(segments, data),
    }[what];
    same(run, parts);
    if (typeof parts !== 'string') {
      storeIn(parts, data);
    }
  }
}

/** Views are read, and written where the device may write. */
function checkViews(dma: Dma, model: ByteModel, step: DmaStep, hasViews: boolean): void {
  const { what, at, length, seed } = step;
  const access = seed % 2 === 0 ? 'read' : 'write';
  const parts = model.parts(at, length, access);
  const impossible =
    typeof parts !== 'string' &&
    ((!hasViews && length > 0) || (what === 'view' && parts.length > 1));
  const expected: Uint8Array[] | Cause = impossible ? 'memory' : parts;
  const views = outcomeOf(() =>
    what === 'view' ? [dma.view(at, length, access)] : dma.views(at, length, access),
  );
  if (typeof expected === 'string' || typeof views === 'string') {
    expect(views).to.equal(expected);
    return;
  }
  equal(joined(views), joined(expected));
  if (access === 'write') {
    const data = pattern(length, seed);
    storeIn(views, data);
    storeIn(expected, data);
  }
}

function same(run: () => void, expected: readonly Uint8Array[] | Cause): void {
  expect(outcomeOf(run)).to.equal(typeof expected === 'string' ? expected : undefined);
}

/** Far cheaper for many bytes than a deep comparison, which only says what differs. */
export function equal(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) {
    expect(actual).to.deep.equal(expected);
  }
}
