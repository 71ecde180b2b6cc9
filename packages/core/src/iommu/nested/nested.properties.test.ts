import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Device } from '../sva/process.test-support.js';
import { NestedSpace } from './nested-space.js';

/** Pages of each space, and of the memory that the host maps. */
const PAGES = 8;

/** One stage as a table of pages: where a page leads and what it allows. */
type PageTable = Map<number, { readonly to: number; readonly mode: string }>;

interface Step {
  readonly kind: 'map' | 'unmap' | 'read' | 'write';
  readonly stage: number;
  readonly page: number;
  readonly to: number;
  readonly count: number;
  readonly mode: string;
  readonly skip: number;
  readonly length: number;
}

/** Two stages next to two page tables and the bytes behind them. */
class Model {
  readonly memory = Uint8Array.from({ length: PAGES * PAGE }, (_, i) => i / PAGE);
  readonly bytes = this.memory.slice();
  readonly host = new AddressSpace({ personality: 'type1v2' });
  readonly guest = new NestedSpace(this.host);
  readonly device = new Device(this.guest);
  readonly tables: readonly [host: PageTable, guest: PageTable] = [new Map(), new Map()];
  /** Starts and sizes of the maps in pages, as an unmap must not cut one. */
  readonly #maps: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  #value = 100;

  run(step: Step): void {
    switch (step.kind) {
      case 'map':
        this.#map(step);
        return;
      case 'unmap':
        this.#unmap(step);
        return;
      case 'read':
        this.#read(step);
        return;
      case 'write':
        this.#write(step);
    }
  }

  #map({ stage, page, to, count, mode }: Step): void {
    const table = stage === 0 ? this.tables[0] : this.tables[1];
    const pages = Array.from({ length: count }, (_, i) => i);
    const isFree = pages.every((i) => !table.has(page + i));
    const [read, write] = [mode.includes('r'), mode.includes('w')];
    const [iova, size] = [page * PAGE, count * PAGE];
    const answer = outcome(() =>
      stage === 0
        ? this.host.map({ iova, memory: this.memory, offset: to * PAGE, size, read, write })
        : this.guest.mapParent({ iova, parentIova: to * PAGE, size, read, write }),
    );
    expect(answer).to.equal(isFree ? iova : 'EEXIST dma.overlap');
    if (isFree) {
      this.#maps[stage === 0 ? 0 : 1].set(page, count);
      for (const i of pages) {
        table.set(page + i, { to: to + i, mode });
      }
    }
  }

  /** Of one whole map. */
  #unmap({ stage, page }: Step): void {
    const maps = this.#maps[stage === 0 ? 0 : 1];
    const count = maps.get(page) ?? 0;
    if (count === 0) {
      return;
    }
    const space = stage === 0 ? this.host : this.guest;
    expect(space.unmap(page * PAGE, count * PAGE)).to.equal(count * PAGE);
    maps.delete(page);
    for (let i = 0; i < count; i++) {
      this.tables[stage === 0 ? 0 : 1].delete(page + i);
    }
  }

  #read(step: Step): void {
    const iova = step.page * PAGE + step.skip;
    const where = this.#translate(iova, step.length, 'r');
    const expected = typeof where === 'string' ? where : where.map((at) => this.bytes[at]);
    expect(this.device.read(iova, step.length)).to.deep.equal(expected);
  }

  #write(step: Step): void {
    const iova = step.page * PAGE + step.skip;
    const where = this.#translate(iova, step.length, 'w');
    const data = Array.from({ length: step.length }, () => (this.#value += 1) & 0xff);
    expect(this.device.write(iova, data)).to.equal(typeof where === 'string' ? where : 'written');
    if (typeof where !== 'string') {
      where.forEach((at, i) => (this.bytes[at] = data[i] ?? 0));
    }
  }

  /** Where each byte lies in the memory, or the fault of the first that is nowhere. */
  #translate(iova: number, length: number, mode: string): number[] | string {
    const [host, guest] = this.tables;
    const where: number[] = [];
    for (let at = iova; at < iova + length; at++) {
      const above = guest.get(Math.floor(at / PAGE));
      if (above?.mode.includes(mode) !== true) {
        return above === undefined ? 'unmapped' : 'permission';
      }
      const below = host.get(above.to);
      if (below?.mode.includes(mode) !== true) {
        return `memory: nested.${below === undefined ? 'unmapped' : 'permission'}`;
      }
      where.push(below.to * PAGE + (at % PAGE));
    }
    return where;
  }
}

const step: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom('map', 'map', 'unmap', 'read', 'read', 'write', 'write'),
    stage: fc.nat(1),
    page: fc.nat(PAGES - 1),
    to: fc.nat(PAGES - 1),
    count: fc.integer({ min: 1, max: 4 }),
    mode: fc.constantFrom('r', 'w', 'rw', 'rw', 'rw'),
    skip: fc.constantFrom(0, 1, PAGE - 2, PAGE - 1),
    length: fc.constantFrom(1, 2, 3, 30, PAGE, PAGE + 2),
  })
  .map((drawn) => ({ ...drawn, count: Math.min(drawn.count, PAGES - drawn.to) }) as const);

describe('two stages against two page tables, one after the other (Intel VT-d Specification, section 3.6)', () => {
  it('every access does what the composition of the tables says, and the memory is the same (property)', () => {
    const seen = { done: 0, faults: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const model = new Model();
        for (const each of steps) {
          model.run(each);
        }
        expect(Buffer.compare(model.memory, model.bytes)).to.equal(0);
        seen.done += model.device.port.counters.bytesRead + model.device.port.counters.bytesWritten;
        seen.faults += model.device.faults.length;
      }),
      { seed: 20261121, numRuns: 150 },
    );
    expect(seen.done, 'the accesses reach memory').to.be.greaterThan(10_000);
    expect(seen.faults, 'and fault').to.be.greaterThan(100);
  });
});
