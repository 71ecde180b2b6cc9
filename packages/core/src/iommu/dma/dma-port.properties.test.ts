import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { normalIova } from '../iova.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { BlockMemory } from './block-memory.test-support.js';
import { FAULT, UNTOUCHED } from './dma-bench.test-support.js';
import { DmaPort } from './dma-port.js';
import type { DmaAccess, DmaSegment } from './dma.js';
import { NaiveDma, type NaivePage } from './naive-dma.test-support.js';

const PAGES = 8;
const MEMORIES = 3;
const MEMORY_PAGES = 4;
/** The memory that is not one array, and has no views. */
const BLOCKS = 1;

const both: DmaAccess[] = ['read', 'write'];

/** Mostly usable, often aliased: there are more pages than memory. */
const page: fc.Arbitrary<NaivePage | undefined> = fc.option(
  fc.record({
    memory: fc.nat(MEMORIES - 1),
    page: fc.nat(MEMORY_PAGES - 1),
    access: fc.oneof(
      { weight: 6, arbitrary: fc.constant(both) },
      fc.constantFrom(['read'], ['write']),
    ),
  }),
  { freq: 8, nil: undefined },
);

/** Around the borders of pages; a few bytes, or a few pages. */
const place = fc
  .tuple(fc.nat(PAGES), fc.integer({ min: -30, max: 30 }))
  .map(([index, delta]) => index * PAGE + delta);
const length = fc.oneof(fc.nat(40), fc.nat(3 * PAGE));
const range = fc.record({ place, length });

const call = fc.record({
  kind: fc.constantFrom('read', 'write', 'fill', 'copy', 'gather', 'scatter', 'view', 'views'),
  range,
  to: place,
  list: fc.array(fc.record({ place, length: fc.nat(60) }), { maxLength: 4 }),
  seed: fc.nat(255),
  access: fc.constantFrom<DmaAccess>('read', 'write'),
  bigint: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** The same maps, once as an address space and once page by page. */
class Pair {
  readonly space = new AddressSpace();
  readonly port = DmaPort.onto(this.space, { report: () => undefined });
  readonly memories = Array.from({ length: MEMORIES }, (_, i) =>
    Uint8Array.from({ length: MEMORY_PAGES * PAGE }, (_, at) => (at * 7 + i * 31) & 0xff),
  );
  readonly naive: NaiveDma;
  faults = 0;

  constructor(
    readonly base: bigint,
    pages: readonly (NaivePage | undefined)[],
  ) {
    const [first, second, third] = this.memories;
    const objects = [first, new BlockMemory(second!), third];
    pages.forEach((entry, index) => {
      if (entry !== undefined) {
        this.space.map({
          iova: base + BigInt(index * PAGE),
          memory: objects[entry.memory]!,
          offset: entry.page * PAGE,
          size: PAGE,
          read: entry.access.includes('read'),
          write: entry.access.includes('write'),
        });
      }
    });
    this.naive = new NaiveDma(base, PAGE, pages, this.memories);
    this.space.startDirtyTracking({ pageSize: PAGE });
  }

  /** Answers of both. */
  run({ kind, range, to, list, seed, access, bigint }: Call): [unknown, unknown] {
    const { port, naive } = this;
    const at = (place: number): number | bigint => {
      const iova = this.base + BigInt(place);
      return bigint ? iova : normalIova(iova);
    };
    const { length } = range;
    const iova = at(range.place);
    const segments: DmaSegment[] = list.map((item) => ({
      iova: at(item.place),
      length: item.length,
    }));
    const total = segments.reduce((sum, segment) => sum + segment.length, 0);
    const whole = [{ iova, length }];
    const data = (count: number): number[] =>
      Array.from({ length: count }, (_, i) => (seed + i * 3) & 0xff);
    switch (kind) {
      case 'read':
        return [this.#reads(length, (into) => port.read(iova, into)), naive.read(whole)];
      case 'gather':
        return [this.#reads(total, (into) => port.gather(segments, into)), naive.read(segments)];
      case 'write':
        return [
          this.#does(() => port.write(iova, Uint8Array.from(data(length)))),
          naive.write(whole, data(length)),
        ];
      case 'scatter':
        return [
          this.#does(() => port.scatter(segments, Uint8Array.from(data(total)))),
          naive.write(segments, data(total)),
        ];
      case 'fill':
        return [
          this.#does(() => port.fill(iova, length, seed)),
          naive.write(whole, new Array<number>(length).fill(seed)),
        ];
      case 'copy':
        return [
          this.#does(() => port.copy(at(to), iova, length)),
          naive.copy(BigInt(at(to)), BigInt(iova), length),
        ];
      case 'view':
      case 'views':
        return this.#views(kind, iova, length, access);
    }
  }

  /** A view has the bytes of a read; it is refused over several maps, and both where a page has no views. */
  #views(
    kind: 'view' | 'views',
    iova: number | bigint,
    length: number,
    access: DmaAccess,
  ): [unknown, unknown] {
    const { port, naive } = this;
    const got = outcome(() => {
      const views =
        kind === 'view' ? [port.view(iova, length, access)] : port.views(iova, length, access);
      return views.flatMap((view) => [...view]);
    });
    const pages = length === 0 ? [] : naive.pagesOf(BigInt(iova), length);
    const viewed =
      pages.every((page) => page?.access.includes(access) === true && page.memory !== BLOCKS) &&
      (kind === 'views' || pages.length <= 1);
    if (!viewed) {
      this.faults += 1;
      return [got, FAULT];
    }
    const whole = [{ iova, length }];
    return access === 'read'
      ? [got, naive.read(whole)]
      : [naive.write(whole, got as number[]), 'done'];
  }

  #reads(length: number, run: (into: Uint8Array) => void): unknown {
    const into = new Uint8Array(length).fill(UNTOUCHED);
    if (this.#does(() => run(into)) === 'done') {
      return [...into];
    }
    expect(
      into.every((byte) => byte === UNTOUCHED),
      'nothing before the fault',
    ).to.equal(true);
    return undefined;
  }

  #does(run: () => void): 'done' | undefined {
    const answer = outcome(() => {
      run();
      return 'done' as const;
    });
    if (answer === 'done') {
      return answer;
    }
    expect(answer).to.equal(FAULT);
    this.faults += 1;
    return undefined;
  }
}

describe('every method against DMA byte by byte (vfio_iommu_type1.c, vfio_iommu_type1_dma_rw)', () => {
  for (const [where, base] of [
    ['at 0', 0n],
    ['across 2^53', 2n ** 53n - BigInt(4 * PAGE)],
    ['at the end', 2n ** 64n - BigInt(PAGES * PAGE)],
  ] as const) {
    it(`${where}: the same answers, bytes, counters and dirty pages over any maps, also aliased ones`, () => {
      fc.assert(
        fc.property(
          fc.array(page, { minLength: PAGES, maxLength: PAGES }),
          fc.array(call, { maxLength: 12 }),
          (pages, calls) => {
            const pair = new Pair(base, pages);
            for (const one of calls) {
              const [got, expected] = pair.run(one);
              expect(got, JSON.stringify(one)).to.deep.equal(expected);
            }
            for (const [index, memory] of pair.memories.entries()) {
              expect(
                Buffer.compare(memory, pair.naive.memories[index]!),
                `memory ${index}`,
              ).to.equal(0);
            }
            const { bytesRead, bytesWritten } = pair.naive;
            expect(pair.port.counters).to.deep.equal({
              bytesRead,
              bytesWritten,
              faults: pair.faults,
            });
            const bitmap = new Uint8Array(PAGES / 8);
            pair.space.reportDirty(base, PAGES * PAGE, PAGE, bitmap);
            expect(bitmap[0]).to.equal(
              [...pair.naive.dirty].reduce((bits, at) => bits | (1 << at), 0),
            );
          },
        ),
        { seed: 20261121, numRuns: 150 },
      );
    });
  }
});
