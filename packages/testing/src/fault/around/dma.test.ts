import type { Dma, MemoryObject } from '@mdevkit/core';
import { microtasks, outcome, settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bitsBetween, counting, FaultBench, SIZE } from '../bench.test-support.js';
import type { FaultAction, FaultPoint } from '../plan.js';

const AT = 0x100;
const LENGTH = 16;

/** One way to move LENGTH bytes: what is to arrive is `counting(LENGTH)`. */
interface Way {
  readonly name: keyof Dma;
  readonly points: readonly FaultPoint[];
  /** Answers what has arrived. */
  readonly move: (dma: Dma, memory: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

const source = counting(LENGTH);
const stored = (memory: Uint8Array): Uint8Array => memory.slice(AT, AT + LENGTH);

function reading(name: keyof Dma, read: (dma: Dma, into: Uint8Array) => void | Promise<void>): Way {
  const move = async (dma: Dma, memory: Uint8Array): Promise<Uint8Array> => {
    memory.set(source, AT);
    const into = new Uint8Array(LENGTH);
    await read(dma, into);
    return into;
  };
  return { name, points: ['dma', 'dma.read'], move };
}

function writing(name: keyof Dma, write: (dma: Dma) => void | Promise<void>): Way {
  const move = async (dma: Dma, memory: Uint8Array): Promise<Uint8Array> => {
    await write(dma);
    await microtasks();
    return stored(memory);
  };
  return { name, points: ['dma', 'dma.write'], move };
}

const segments = [
  { iova: AT, length: 5 },
  { iova: AT + 5, length: LENGTH - 5 },
];

const ways: readonly Way[] = [
  reading('read', (dma, into) => {
    dma.read(AT, into);
  }),
  reading('fetch', (dma, into) => dma.fetch(AT, into)),
  reading('gather', (dma, into) => {
    dma.gather(segments, into);
  }),
  reading('view', (dma, into) => {
    into.set(dma.view(AT, LENGTH, 'read'));
  }),
  reading('views', (dma, into) => {
    dma.views(AT, LENGTH, 'read').forEach((piece) => {
      into.set(piece);
    });
  }),
  reading('access', (dma, into) => {
    using access = dma.access({ name: 'test' });
    access.rw(AT, into, { write: false });
  }),
  writing('write', (dma) => {
    dma.write(AT, source);
  }),
  writing('store', (dma) => dma.store(AT, source)),
  writing('scatter', (dma) => {
    dma.scatter(segments, source);
  }),
  writing('view', (dma) => {
    dma.view(AT, LENGTH, 'write').set(source);
  }),
  writing('views', (dma) => {
    dma.views(AT, LENGTH, 'write').forEach((piece) => {
      piece.set(source);
    });
  }),
  writing('access', (dma) => {
    using access = dma.access({ name: 'test' });
    access.rw(AT, source, { write: true });
  }),
  writing('withPasid', (dma) => {
    dma.withPasid(dma.pasid).write(AT, source);
  }),
  {
    name: 'copy',
    points: ['dma', 'dma.read', 'dma.write'],
    move: (dma, memory) => {
      memory.set(source, 0x800);
      dma.copy(AT, 0x800, LENGTH);
      return stored(memory);
    },
  },
];

/** Which of the calls of `dma` moves the bytes. The making of an access is one, too, but has no bytes to be spoiled. */
function nthOf(way: Way, point: FaultPoint, action: FaultAction): number {
  return way.name === 'access' && point === 'dma' && action.fault === 'fail' ? 2 : 1;
}

for (const way of ways) {
  for (const point of way.points) {
    const open = (action: FaultAction): Promise<FaultBench> =>
      FaultBench.open({ at: point, when: { nth: nthOf(way, point, action) }, do: action });

    describe(`row: ${point}: Dma.${way.name}, where it ${way.points.includes('dma.write') ? 'writes' : 'reads'} (docs/reference/fault-plans.md)`, () => {
      it('row: fail: throws fault.injected, and nothing moves', async () => {
        await using bench = await open({ fault: 'fail', errno: 'ENXIO' });
        expect(await settled(async () => way.move(bench.model.dma, bench.memory))).to.equal(
          'ENXIO fault.injected',
        );
        if (!way.points.includes('dma.read')) {
          expect(stored(bench.memory)).to.deep.equal(new Uint8Array(LENGTH));
        }
      });

      it('row: shorten: carries the first bytes and says that it carried all', async () => {
        await using bench = await open({ fault: 'shorten', to: 6 });
        expect(await way.move(bench.model.dma, bench.memory)).to.deep.equal(
          Uint8Array.from([1, 2, 3, 4, 5, 6, ...new Uint8Array(LENGTH - 6)]),
        );
      });

      it('row: corrupt: turns as many bits as the plan says', async () => {
        await using bench = await open({ fault: 'corrupt', bits: 3 });
        const arrived = await way.move(bench.model.dma, bench.memory);
        expect(bitsBetween(arrived, source)).to.equal(3);
        expect(await way.move(bench.model.dma, bench.memory)).to.deep.equal(source);
      });
    });
  }
}

describe('DMA of a plan, what is particular (own rule; docs/reference/fault-plans.md)', () => {
  it('row: corrupt: a write leaves the bytes of the model alone, and a read those of the client', async () => {
    await using bench = await FaultBench.open({
      at: 'dma',
      when: { every: 1 },
      do: { fault: 'corrupt', bits: 8 },
    });
    const { dma } = bench.model;
    const own = counting(LENGTH);
    dma.write(AT, own);
    expect(own).to.deep.equal(source);
    bench.memory.set(source, AT);
    dma.view(AT, LENGTH, 'read');
    dma.read(AT, new Uint8Array(LENGTH));
    expect(stored(bench.memory)).to.deep.equal(source);
  });

  it('row: dma.write: Dma.fill fails, is cut and is corrupted', async () => {
    const results: unknown[] = [];
    for (const action of [{ fault: 'fail' }, { fault: 'shorten' }, { fault: 'corrupt' }] as const) {
      await using bench = await FaultBench.open({
        at: 'dma.write',
        when: { nth: 1 },
        do: action,
      });
      const answer = outcome(() => {
        bench.model.dma.fill(AT, LENGTH, 0);
        return 'ok';
      });
      bench.memory.fill(0xff, AT, AT + LENGTH);
      bench.model.dma.fill(AT, LENGTH, 0);
      results.push([answer, bitsBetween(stored(bench.memory), new Uint8Array(LENGTH))]);
    }
    expect(results).to.deep.equal([
      ['EIO fault.injected', 0],
      ['ok', 0],
      ['ok', 0],
    ]);
    await using bench = await FaultBench.open(
      { at: 'dma.write', when: { nth: 1 }, do: { fault: 'shorten' } },
      { at: 'dma.write', when: { nth: 2 }, do: { fault: 'corrupt', bits: 2 } },
    );
    bench.model.dma.fill(AT, LENGTH, 7);
    expect(stored(bench.memory)).to.deep.equal(
      Uint8Array.from([...new Uint8Array(8).fill(7), ...new Uint8Array(8)]),
    );
    bench.model.dma.fill(AT, LENGTH, 7);
    expect(bitsBetween(stored(bench.memory), new Uint8Array(LENGTH).fill(7))).to.equal(2);
  });

  for (const write of [true, false]) {
    it(`row: shorten: an access whose ${write ? 'write' : 'read'} carries nothing says that it carried all (access-rules.ts, dma.size)`, async () => {
      await using bench = await FaultBench.open(
        { at: 'dma', when: { nth: 1 }, do: { fault: 'shorten', to: 0 } },
        { at: 'dma', when: { nth: 2 }, do: { fault: 'shorten' } },
      );
      bench.memory.fill(9);
      using access = bench.model.dma.access({ name: 'test' });
      const four = new Uint8Array(4);
      const one = new Uint8Array(1);
      const move = (data: Uint8Array): unknown =>
        outcome(() => {
          access.rw(AT, data, { write });
          return 'moved';
        });
      expect([move(four), move(one), move(new Uint8Array(0))]).to.deep.equal([
        'moved',
        'moved',
        'EINVAL dma.size',
      ]);
      expect([...four, ...one]).to.deep.equal([0, 0, 0, 0, 0]);
      expect(bench.memory.every((byte) => byte === 9)).to.equal(true);
    });
  }

  it('row: corrupt: Dma.fill and Dma.copy, also in memory that has no views or may only be written', async () => {
    await using bench = await FaultBench.open({
      at: 'dma.write',
      when: { every: 1 },
      do: { fault: 'corrupt', bits: 3 },
    });
    const { device } = bench;
    const { dma } = bench.model;
    const stored = new Uint8Array(4096);
    const withoutViews: MemoryObject = {
      size: stored.length,
      writable: true,
      bytes: undefined,
      read: (offset, into) => {
        into.set(stored.subarray(offset, offset + into.length));
      },
      write: (offset, from) => {
        stored.set(from, offset);
      },
      view: () => undefined,
      pin: () => ({ [Symbol.dispose]: () => undefined }),
    };
    const writeOnly = new Uint8Array(4096);
    await device.dmaMap({ iova: 0x10000, memory: withoutViews });
    await device.dmaMap({ iova: 0x20000, memory: writeOnly, read: false });
    bench.memory.set(source, 0x800);
    for (const [iova, bytes] of [
      [0x10000, stored],
      [0x20000, writeOnly],
    ] as const) {
      dma.fill(iova, LENGTH, 0x155);
      dma.copy(iova + LENGTH, 0x800, LENGTH);
      const filled = new Uint8Array(LENGTH).fill(0x55);
      expect([
        bitsBetween(bytes.subarray(0, LENGTH), filled),
        bitsBetween(bytes.subarray(LENGTH, 2 * LENGTH), source),
      ]).to.deep.equal([3, 3]);
    }
  });

  it('row: corrupt: a copy that overlaps itself, and one of no length that there is (iommu/dma, copy)', async () => {
    await using bench = await FaultBench.open({
      at: 'dma.write',
      when: { every: 1 },
      do: { fault: 'corrupt', bits: 2 },
    });
    const { dma } = bench.model;
    bench.memory.set(source, AT);
    dma.copy(AT + 3, AT, LENGTH);
    expect(bitsBetween(bench.memory.slice(AT + 3, AT + 3 + LENGTH), source)).to.equal(2);
    for (const length of [1.5, -1, 2 ** 53]) {
      const copied = outcome(() => {
        dma.copy(AT, 0x800, length);
        return 'copied';
      });
      expect([length, copied]).to.deep.equal([length, 'EFAULT dma.fault']);
    }
  });

  it('row: dma: requests, accesses and pins fail; they carry nothing that could be spoiled', async () => {
    await using bench = await FaultBench.open(
      { at: 'dma', when: { nth: 1, times: 3 }, do: { fault: 'fail' } },
      { at: 'dma', when: { every: 1 }, do: { fault: 'corrupt' } },
    );
    const { dma } = bench.model;
    const options = { name: 'test', needsPin: true, unmap: () => undefined };
    expect(await settled(dma.request(0, 16, 'read'))).to.equal('EIO fault.injected');
    expect(outcome(() => dma.access(options).name)).to.equal('EIO fault.injected');
    expect(outcome(() => dma.access(options).name)).to.equal('EIO fault.injected');
    using access = dma.access(options);
    using pin = access.pin(0, 4096);
    expect([access.pinCount, access.isClosed, pin.length]).to.deep.equal([1, false, 4096]);
    expect(bench.faults).to.have.lengthOf(3);
  });

  it('a real fault stays what it is, with its length (iommu/dma, dma.fault)', async () => {
    await using bench = await FaultBench.open({
      at: 'dma.read',
      when: { nth: 1 },
      do: { fault: 'corrupt' },
    });
    const { dma } = bench.model;
    expect(
      outcome(() => {
        dma.read(SIZE, new Uint8Array(4));
      }),
    ).to.equal('EFAULT dma.fault');
    expect(
      outcome(() => {
        dma.gather([{ iova: 0, length: 3 }], new Uint8Array(4));
      }),
    ).to.equal('EINVAL dma.list');
  });

  it('row: link-down: every DMA fails, and after its time none', async () => {
    await using bench = await FaultBench.open({
      at: 'dma.read',
      when: { nth: 2 },
      do: { fault: 'link-down', ms: 10 },
    });
    const read = (): string | undefined =>
      outcome(() => {
        bench.model.dma.read(0, new Uint8Array(1));
        return undefined;
      });
    const answers = [read(), read()];
    bench.clock.advance(9);
    answers.push(read());
    bench.clock.advance(1);
    answers.push(read());
    expect(answers).to.deep.equal([
      undefined,
      'EIO fault.injected',
      'EIO fault.injected',
      undefined,
    ]);
  });

  it('row: memory-pressure: accesses and pins answer ENOMEM, other DMA goes on', async () => {
    await using bench = await FaultBench.open({
      at: 'dma.read',
      when: { nth: 1 },
      do: { fault: 'memory-pressure', calls: 2 },
    });
    const { dma } = bench.model;
    const options = { name: 'test', needsPin: true, unmap: () => undefined };
    using access = dma.access(options);
    dma.read(0, new Uint8Array(1));
    expect(outcome(() => dma.access(options).name)).to.equal('ENOMEM fault.injected');
    expect(outcome(() => access.pin(0, 4096).length)).to.equal('ENOMEM fault.injected');
    using pin = access.pin(0, 4096);
    expect(pin.length).to.equal(4096);
  });
});
