import {
  defineDriver,
  MdevError,
  MdevHost,
  silentLogger,
  type Dma,
  type DmaSegment,
} from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FakeDma } from './fake-dma.js';

type Step = (dma: Dma) => unknown;

const PAGE = 4096;
/** Around the ends of three maps: 1 for all, 2 read-only, 3 write-only. */
const iovas = fc
  .tuple(fc.constantFrom(0, 1, 2, 3, 4, 5), fc.integer({ min: -3, max: 3 }))
  .map(([page, delta]) => Math.max(0, page * PAGE + delta));
const lengths = fc.constantFrom(0, 1, 3, PAGE, PAGE + 2, -1, 0.5);
const segments: fc.Arbitrary<readonly DmaSegment[]> = fc.array(
  fc.record({ iova: iovas, length: fc.constantFrom(0, 1, 4) }),
  { maxLength: 3 },
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(iovas, lengths).map(([iova, length]): Step => (dma) => {
    dma.fill(iova, length, 5);
  }),
  fc.tuple(iovas, iovas, lengths).map(([to, from, length]): Step => (dma) => {
    dma.copy(to, from, length);
  }),
  fc.tuple(iovas, fc.nat(9)).map(([iova, length]): Step => (dma) => {
    const into = new Uint8Array(length);
    dma.read(iova, into);
    return [...into];
  }),
  fc.tuple(segments, fc.nat(6)).map(([list, length]): Step => (dma) => {
    dma.scatter(list, new Uint8Array(length).fill(6));
  }),
  fc.tuple(iovas, lengths).map(
    ([iova, length]): Step =>
      (dma) =>
        dma.view(iova, length, 'read').length,
  ),
  fc.tuple(iovas, lengths).map(
    ([iova, length]): Step =>
      (dma) =>
        dma.views(iova, length, 'write').map((view) => view.length),
  ),
);

function outcome(run: () => unknown): unknown {
  try {
    return run() ?? 'ok';
  } catch (error) {
    return MdevError.is(error) ? [error.reason, { ...error.details, pasid: 0 }] : error;
  }
}

describe('FakeDma beside the Dma of an mdev (own rule: the same answers)', () => {
  it('any accesses around the ends of maps answer and move the same', async () => {
    await using host = new MdevHost({ logger: silentLogger });
    let real: Dma | undefined;
    await host.load(
      defineDriver({
        name: 'probe',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'p0', capacity: 1 }],
        model: ({ dma }) => {
          real = dma;
          return { deviceApi: 'vfio-platform', regions: [], irqs: [] };
        },
      }),
    );
    const { uuid } = await host.create({ parent: 'p0', type: 'probe-one' });
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 12 }), async (script) => {
        await using device = await host.open(uuid);
        const fake = new FakeDma();
        const memories: [Uint8Array, Uint8Array][] = [];
        for (const [page, mode] of [
          [1, 'rw'],
          [2, 'r'],
          [3, 'w'],
        ] as const) {
          const [mine, theirs] = [new Uint8Array(PAGE).fill(page), new Uint8Array(PAGE).fill(page)];
          memories.push([mine, theirs]);
          const map = { iova: page * PAGE, read: mode.includes('r'), write: mode.includes('w') };
          fake.map({ ...map, bytes: mine });
          await device.dmaMap({ ...map, memory: theirs });
        }
        for (const step of script) {
          expect(outcome(() => step(fake))).to.deep.equal(outcome(() => step(real!)));
        }
        for (const [mine, theirs] of memories) {
          expect(Buffer.compare(mine, theirs)).to.equal(0);
        }
      }),
      { seed: 20261121, numRuns: 150 },
    );
  });
});
