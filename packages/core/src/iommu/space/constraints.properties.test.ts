import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { sized } from './space.test-support.js';

const RUNS = 300;
const CALLS = 60;
const EVERY_PAGE_SIZE = 2n ** 64n - BigInt(PAGE);

interface NaiveMap {
  readonly start: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * What page sizes ask of maps, in the most obvious way: every question looks at all owners and all maps.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_calculate_iova_alignment.
 */
class NaiveConstraints {
  maps: NaiveMap[] = [];
  readonly owners = new Map<number, bigint | undefined>();

  alignmentWith(owner?: number, pageSizes?: bigint): number {
    const asked = new Map(this.owners);
    if (owner !== undefined) {
      asked.set(owner, pageSizes);
    }
    return Math.max(1, ...[...asked.values()].map((sizes) => smallest(sizes) ?? 1));
  }

  /** Those that everybody has; what is smaller than a page of the kernel makes up such a page. */
  get pageSizes(): bigint {
    const bits = Array.from({ length: 52 }, (_, i) => 2n ** BigInt(12 + i));
    return bits
      .filter((bit) =>
        [...this.owners.values()].every(
          (sizes) =>
            sizes === undefined ||
            (sizes & bit) !== 0n ||
            (bit === BigInt(PAGE) && sizes % BigInt(PAGE) !== 0n),
        ),
      )
      .reduce((sum, bit) => sum + bit, 0n);
  }

  map(map: NaiveMap): string | number {
    const alignment = this.alignmentWith();
    const { start, size, offset } = map;
    if (size === 0 || size % alignment !== 0 || start % alignment !== 0) {
      return 'EINVAL';
    }
    if (this.maps.some((other) => start < other.start + other.size && other.start < start + size)) {
      return 'EEXIST';
    }
    if (offset % alignment !== 0) {
      return 'EINVAL';
    }
    this.insert(map);
    return start;
  }

  insert(map: NaiveMap): void {
    this.maps = [...this.maps, map].sort((a, b) => a.start - b.start);
  }

  unmap(start: number, size: number): string | number {
    if (size === 0) {
      return 'EINVAL';
    }
    const end = start + size;
    const touched = this.maps.filter((map) => map.start < end && start < map.start + map.size);
    const cut = touched.findIndex((map) => map.start < start || map.start + map.size > end);
    const gone = cut === -1 ? touched : touched.slice(0, cut);
    this.maps = this.maps.filter((map) => !gone.includes(map));
    return cut !== -1 || gone.length === 0
      ? 'ENOENT'
      : gone.reduce((sum, map) => sum + map.size, 0);
  }

  constrain(owner: number, pageSizes: bigint | undefined): string {
    if (pageSizes !== undefined && (pageSizes <= 0n || (smallest(pageSizes) ?? 0) > PAGE)) {
      return 'EINVAL';
    }
    const alignment = this.alignmentWith(owner, pageSizes);
    const fits = ({ start, size, offset }: NaiveMap): boolean =>
      [start, size, offset].every((value) => value % alignment === 0);
    if (!this.maps.every(fits)) {
      return 'EADDRINUSE';
    }
    this.owners.set(owner, pageSizes);
    return 'done';
  }
}

/** The lowest power of two of a bitmap. */
function smallest(sizes: bigint | undefined): number | undefined {
  const bit = Array.from({ length: 64 }, (_, i) => 2n ** BigInt(i)).find(
    (power) => sizes !== undefined && (sizes & power) !== 0n,
  );
  return bit === undefined ? undefined : Number(bit);
}

/** Multiples of many powers of two, and what is none of any. */
const amount = fc
  .tuple(
    fc.constantFrom(1, 2, 512, 2048, PAGE, PAGE, 2 * PAGE),
    fc.nat(6),
    fc.constantFrom(0, 0, 0, 1),
  )
  .map(([unit, count, odd]) => unit * count + odd);
const place = fc.tuple(fc.nat(15), amount).map(([page, at]) => page * PAGE + at);
const pageSizes = fc.constantFrom(
  ...[1n, 2n, 0x200n, 0x800n, 0x1800n, 0x1000n, 0x20_1000n, 0x4020_1200n, EVERY_PAGE_SIZE],
  ...[0x2000n, 0n, -4096n, undefined],
);
const call = fc.record({
  kind: fc.constantFrom(
    ...(['map', 'map', 'map', 'choose', 'unmap', 'unmap', 'constrain', 'constrain'] as const),
    ...(['release', 'unmapAll'] as const),
  ),
  at: place,
  size: amount,
  offset: fc.oneof(fc.constant(0), amount),
  owner: fc.nat(3),
  pageSizes,
});
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

const memory = sized(2 ** 20);
const owners = [{}, {}, {}, {}];

function answer(space: AddressSpace, c: Call): unknown {
  const { at, size, offset } = c;
  const answered = outcome(() => {
    switch (c.kind) {
      case 'map':
        return space.map({ iova: at, memory, size, offset });
      case 'choose':
        return space.map({ memory, size, offset });
      case 'unmap':
        return space.unmap(at, size);
      case 'unmapAll':
        return space.unmapAll();
      case 'constrain':
        space.constrain(owners[c.owner] ?? {}, { pageSizes: c.pageSizes });
        return 'done';
      case 'release':
        space.release(owners[c.owner] ?? {});
        return 'done';
    }
  });
  return typeof answered === 'string' ? answered.split(' ')[0] : answered;
}

/** What the model says; of a place that is chosen it only knows what it must be. */
function expected(naive: NaiveConstraints, c: Call, answered: unknown): unknown {
  const { at, size, offset } = c;
  switch (c.kind) {
    case 'map':
      return naive.map({ start: at, size, offset });
    case 'choose': {
      const alignment = naive.alignmentWith();
      if (size === 0 || size % alignment !== 0 || offset % alignment !== 0) {
        return 'EINVAL';
      }
      const start = Number(answered);
      expect(start % PAGE, 'the place in its page').to.equal(offset % PAGE);
      return naive.map({ start, size, offset });
    }
    case 'unmap':
      return naive.unmap(at, size);
    case 'unmapAll':
      return naive.maps.splice(0).reduce((sum, map) => sum + map.size, 0);
    case 'constrain':
      return naive.constrain(c.owner, c.pageSizes);
    case 'release':
      naive.owners.delete(c.owner);
      return 'done';
  }
}

describe('page sizes that change under maps of bytes (drivers/iommu/iommufd/io_pagetable.c, iopt_table_add_domain)', () => {
  it(`constrain pages: ${RUNS * CALLS} calls: the answers, the alignment and the maps of a naive model (property)`, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(call, { minLength: CALLS, maxLength: CALLS }), (calls) => {
        const space = new AddressSpace({ personality: 'iommufd' });
        const naive = new NaiveConstraints();
        for (const c of calls) {
          const answered = answer(space, c);
          const text = `${c.kind} ${typeof answered === 'number' ? 'ok' : String(answered)}`;
          seen.set(text, (seen.get(text) ?? 0) + 1);
          const title = JSON.stringify(c, (_, value: unknown) =>
            typeof value === 'bigint' ? `${value}n` : value,
          );
          expect(answered, title).to.equal(expected(naive, c, answered));
          expect(space.alignment, title).to.equal(naive.alignmentWith());
          expect(space.pageSizes, title).to.equal(naive.pageSizes);
          expect(space.isBusy).to.equal(naive.owners.size > 0);
          const maps = [...space.areas].map(({ start, size, offset }) => ({ start, size, offset }));
          expect(maps, title).to.deep.equal(naive.maps);
        }
      }),
      { seed: 20261121, numRuns: RUNS },
    );
    for (const rule of [
      ...['map ok', 'map EINVAL', 'map EEXIST', 'choose ok', 'choose EINVAL'],
      ...['unmap ok', 'unmap EINVAL', 'unmap ENOENT', 'unmapAll ok', 'release done'],
      ...['constrain done', 'constrain EINVAL', 'constrain EADDRINUSE'],
    ]) {
      expect(seen.get(rule) ?? 0, rule).to.be.greaterThan(100);
    }
  });
});
