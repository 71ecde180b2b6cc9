import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { DeviceEvent } from '../../event/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { BlockMemory, PatchyMemory } from './block-memory.test-support.js';
import { DmaPort } from './dma-port.js';
import { FAULT } from './dma-bench.test-support.js';
import { DmaFaultError } from './fault.js';

/** Page 0 is an array, page 1 the memory under test, page 2 an array again. */
class MemoryBench<M extends BlockMemory> {
  readonly events: DeviceEvent[] = [];
  readonly space = new AddressSpace();
  readonly port = DmaPort.onto(this.space, { report: (event) => this.events.push(event) });
  readonly before = new Uint8Array(PAGE).fill(1);
  readonly after = new Uint8Array(PAGE).fill(3);
  readonly memory: M;

  constructor(memory: M) {
    this.memory = memory;
    for (const [index, part] of [this.before, memory, this.after].entries()) {
      this.space.map({ iova: index * PAGE, memory: part });
    }
  }

  /** The bytes around both borders of the memory under test. */
  get borders(): readonly (number | undefined)[] {
    const { data } = this.memory;
    return [this.before.at(-1), data[0], data[PAGE - 1], this.after[0]];
  }
}

function benchOf(): MemoryBench<BlockMemory> {
  return new MemoryBench(new BlockMemory(new Uint8Array(PAGE).fill(2)));
}

describe('memory that is not one array (own rule: same answers as one that is)', () => {
  it('is read, written, filled, gathered and scattered, alone and across its borders', () => {
    const { port, memory } = benchOf();
    const into = new Uint8Array(PAGE + 2);
    port.read(PAGE - 1, into);
    expect([into[0], into[1], into[PAGE], into[PAGE + 1]]).to.deep.equal([1, 2, 2, 3]);
    port.write(PAGE, Uint8Array.of(9));
    port.fill(PAGE + 1, 2, 8);
    port.scatter([{ iova: PAGE + 3, length: 1 }], Uint8Array.of(7));
    port.copy(PAGE + 4, PAGE, 4);
    expect([...memory.data.subarray(0, 9)]).to.deep.equal([9, 8, 8, 7, 9, 8, 8, 7, 2]);
    const gathered = new Uint8Array(4);
    port.gather(
      [
        { iova: PAGE + 3, length: 2 },
        { iova: PAGE - 1, length: 2 },
      ],
      gathered,
    );
    expect([...gathered]).to.deep.equal([7, 9, 1, 9]);
  });

  it('is filled in blocks, whatever the length', () => {
    const size = 40 * PAGE;
    const memory = new BlockMemory(new Uint8Array(size).fill(2));
    const { port } = new MemoryBench(new BlockMemory(new Uint8Array(PAGE)));
    const space = new AddressSpace();
    space.map({ iova: 0, memory });
    port.retarget({ pasid: 1, space });
    port.fill(1, size - 2, 5);
    expect([memory.data[0], memory.data.at(-1)]).to.deep.equal([2, 2]);
    expect(memory.data.subarray(1, -1).every((byte) => byte === 5)).to.equal(true);
    expect(memory.longest).to.equal(65_536);
  });

  it('dma views: has views only if it says so: memory faults otherwise', () => {
    const { port, memory, events } = benchOf();
    expect(outcome(() => port.view(PAGE, 1, 'read'))).to.equal(FAULT);
    expect(outcome(() => port.views(PAGE - 1, 2, 'read'))).to.equal(FAULT);
    expect(events.map((event) => event.kind === 'fault' && event.cause)).to.deep.equal([
      'memory',
      'memory',
    ]);
    expect(port.counters).to.include({ bytesRead: 0, faults: 2 });
    memory.viewable = true;
    port.view(PAGE + 1, 2, 'write').set([5, 6]);
    expect([...memory.data.subarray(0, 4)]).to.deep.equal([2, 5, 6, 2]);
    expect(port.views(PAGE - 1, 2, 'read').map((view) => [...view])).to.deep.equal([[1], [2]]);
    memory.view = () => new Uint8Array(1);
    expect(
      outcome(() => port.view(PAGE, 2, 'read')),
      'a view that is too short',
    ).to.equal(FAULT);
  });

  it('dma taken away: a file that shrank faults before the first byte is transferred', () => {
    const bench = benchOf();
    const { port, memory, events } = bench;
    memory.size = 10;
    expect(outcome(() => port.write(PAGE - 1, new Uint8Array(12).fill(9)))).to.equal(FAULT);
    expect(outcome(() => port.fill(PAGE - 1, 12, 9))).to.equal(FAULT);
    expect(outcome(() => port.copy(PAGE - 1, 0, 12))).to.equal(FAULT);
    expect(bench.borders).to.deep.equal([1, 2, 2, 3]);
    expect(events.map((event) => event.kind === 'fault' && event.cause)).to.deep.equal(
      new Array(3).fill('memory'),
    );
    port.write(PAGE - 1, new Uint8Array(11).fill(9));
    expect(bench.borders).to.deep.equal([9, 9, 2, 3]);
  });

  it('dma covers: is asked what it covers before anything is transferred', () => {
    const bench = new MemoryBench(new PatchyMemory(new Uint8Array(PAGE).fill(2)));
    const { port, memory } = bench;
    memory.end = 4;
    expect(outcome(() => port.write(PAGE - 1, new Uint8Array(6).fill(9)))).to.equal(FAULT);
    expect(outcome(() => port.read(PAGE + 4, new Uint8Array(1)))).to.equal(FAULT);
    expect(bench.borders).to.deep.equal([1, 2, 2, 3]);
    port.write(PAGE - 1, new Uint8Array(5).fill(9));
    expect(bench.borders).to.deep.equal([9, 9, 2, 3]);
    expect(memory.asked).to.deep.equal([
      [0, 5, 'write'],
      [4, 1, 'read'],
      [0, 4, 'write'],
    ]);
  });

  it('dma broken off: that throws in the middle is a fault with its error as the cause', () => {
    const bench = benchOf();
    const { port, memory } = bench;
    memory.callsLeft = 0;
    const calls: (() => unknown)[] = [
      () => port.read(PAGE - 1, new Uint8Array(3)),
      () => port.write(PAGE - 1, new Uint8Array(3).fill(9)),
      () => port.fill(PAGE - 1, 3, 9),
      () => port.copy(0, PAGE, 3),
      () => port.copy(PAGE, 0, 3),
      () => port.gather([{ iova: PAGE, length: 3 }], new Uint8Array(3)),
      () => port.scatter([{ iova: PAGE, length: 3 }], new Uint8Array(3)),
      () => port.view(PAGE, 3, 'read'),
      () => port.views(PAGE, 3, 'read'),
    ];
    for (const [index, call] of calls.entries()) {
      expect(call, `call ${index}`)
        .to.throw(DmaFaultError)
        .that.satisfies(
          ({ fault, cause }: DmaFaultError) =>
            fault.cause === 'memory' && cause instanceof Error && cause.message === 'EIO',
        );
    }
    expect(bench.events).to.have.length(calls.length);
    expect(port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: calls.length });
    expect(bench.borders, 'what came before it was stored').to.deep.equal([9, 2, 2, 3]);
  });

  it('dma covers: whose covers throws is a fault with that error, too', () => {
    const { port, memory } = new MemoryBench(new PatchyMemory(new Uint8Array(PAGE)));
    memory.covers = () => {
      throw new Error('gone');
    };
    expect(() => port.read(PAGE, new Uint8Array(1)))
      .to.throw(DmaFaultError)
      .that.satisfies(({ cause }: DmaFaultError) => cause instanceof Error);
  });
});

describe('what a device wrote is dirty (include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT)', () => {
  function dirtyAfter(run: (port: DmaPort, memory: BlockMemory) => unknown): string {
    const { space, port, memory } = benchOf();
    space.startDirtyTracking({ pageSize: PAGE });
    outcome(() => run(port, memory));
    const bitmap = new Uint8Array(1);
    space.reportDirty(0, 3 * PAGE, PAGE, bitmap);
    return Array.from({ length: 3 }, (_, page) => ((bitmap[0] ?? 0) >> page) & 1).join('');
  }

  for (const [what, expected, run] of [
    ['a write', '100', (port) => port.write(PAGE - 1, Uint8Array.of(1))],
    ['a write of a page', '100', (port) => port.write(0, new Uint8Array(PAGE))],
    ['a write across maps', '110', (port) => port.write(PAGE - 1, new Uint8Array(2))],
    ['a write at a bigint', '001', (port) => port.write(BigInt(2 * PAGE), new Uint8Array(2))],
    ['a fill', '111', (port) => port.fill(1, 2 * PAGE, 0)],
    ['the target of a copy', '001', (port) => port.copy(2 * PAGE, 0, 16)],
    [
      'every segment of a list',
      '101',
      (port) =>
        port.scatter(
          [
            { iova: 2 * PAGE, length: 1 },
            { iova: PAGE, length: 0 },
            { iova: 0, length: 1 },
          ],
          new Uint8Array(2),
        ),
    ],
    ['a view for writing', '001', (port) => port.view(2 * PAGE, 1, 'write')],
    [
      'views for writing',
      '011',
      (port, memory) => {
        memory.viewable = true;
        port.views(2 * PAGE - 1, 2, 'write');
      },
    ],
    [
      'a write that broke off in the middle',
      '110',
      (port, memory) => {
        memory.callsLeft = 0;
        port.write(PAGE - 1, new Uint8Array(2));
      },
    ],
    ['no read', '000', (port) => port.read(0, new Uint8Array(3 * PAGE))],
    ['no view for reading', '000', (port) => port.view(0, 1, 'read')],
    ['no write that faults', '000', (port) => port.write(3 * PAGE - 1, new Uint8Array(2))],
    ['no view that faults', '000', (port) => port.view(PAGE - 1, 2, 'write')],
    ['no access of 0 bytes', '000', (port) => port.fill(0, 0, 1)],
  ] as readonly [string, string, (port: DmaPort, memory: BlockMemory) => unknown][]) {
    it(`dirty dma: ${what}: ${expected}`, () => {
      expect(dirtyAfter(run)).to.equal(expected);
    });
  }
});
