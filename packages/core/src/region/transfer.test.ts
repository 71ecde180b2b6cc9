import { expect } from 'chai';
import { describe, it } from 'mocha';

import {
  Recorder,
  buffer,
  bytesOf,
  expectFailure,
  rejectionOf,
  thrownBy,
  type Answer,
} from './recorder.test-support.js';
import { Region } from './region.js';
import type { RegionSpec } from './region-spec.js';

function setup(answer: Answer, rest: Partial<RegionSpec> = {}): [Region, Recorder] {
  const recorder = new Recorder(64, answer);
  const region = new Region({
    name: 'bar4',
    size: 64,
    ranges: [{ kind: 'trapped', offset: 0, size: 64, handler: recorder }],
    ...rest,
  });
  return [region, recorder];
}

const short =
  'a short count ends the transfer with what was done (include/linux/vfio.h, read and write)';

for (const direction of ['read', 'write'] as const) {
  describe(`transfer by ${direction}: counts of handlers`, () => {
    it(short, () => {
      const [region, recorder] = setup((nth, length) => (nth === 2 ? 3 : length));
      expect(region[direction](0, buffer(32), 0, 32)).to.equal(11);
      expect(recorder.accesses).to.deep.equal([
        [0, 8],
        [8, 8],
      ]);
      const [nothing] = setup(() => 0);
      expect(nothing[direction](0, buffer(32), 0, 32)).to.equal(0);
      expect(nothing[direction](0, buffer(32), 0, 4)).to.equal(0);
    });

    it(`${short}, also behind a promise`, async () => {
      const [region, recorder] = setup((nth, length) => Promise.resolve(nth === 2 ? 3 : length));
      expect(await region[direction](0, buffer(32), 0, 32)).to.equal(11);
      expect(recorder.seen).to.have.length(2);
      const [single] = setup(() => Promise.resolve(1));
      expect(await single[direction](0, buffer(32), 0, 4)).to.equal(1);
    });

    for (const [what, wrong] of [
      ['-1', () => -1],
      ['1.5', () => 1.5],
      ['NaN', () => NaN],
      ['Infinity', () => Infinity],
      ['length + 1', (length: number) => length + 1],
    ] as const) {
      it(`${what} is an error of the model (EIO) with region and count`, async () => {
        for (const [length, at] of [
          [4, 1],
          [8, 1],
          [20, 2],
        ] as const) {
          const [sync] = setup((nth, size) => (nth === at ? wrong(size) : size));
          const error = expectFailure(
            thrownBy(() => sync[direction](0, buffer(32), 0, length)),
            'EIO',
            'model.count',
          );
          expect(error.details['region']).to.equal('bar4');
          expect(error.details['count']).to.deep.equal(wrong(Math.min(length, 8)));
          const [late] = setup((nth, size) => Promise.resolve(nth === at ? wrong(size) : size));
          expectFailure(
            await rejectionOf(late[direction](0, buffer(32), 0, length)),
            'EIO',
            'model.count',
          );
        }
      });
    }
  });

  describe(`transfer by ${direction}: handlers that answer later`, () => {
    it('is a number as long as every answer is one', () => {
      const [region] = setup((_nth, length) => length);
      expect(region[direction](0, buffer(64), 0, 64)).to.equal(64);
    });

    for (const first of [1, 3, 8]) {
      it(`continues in order after the promise of access ${first}`, async () => {
        const log: string[] = [];
        const [region, recorder] = setup((nth, length) => {
          log.push(`asked ${nth}`);
          if (nth < first || nth % 2 === 0) {
            return length;
          }
          return Promise.resolve().then(() => {
            log.push(`answered ${nth}`);
            return length;
          });
        });
        const before = [...recorder.bytes];
        const data = buffer(66, 5);
        const answer = region[direction](0, data, 1, 64);
        expect(await answer).to.equal(64);
        expect(recorder.accesses).to.deep.equal(Array.from({ length: 8 }, (_, i) => [i * 8, 8]));
        const expected: string[] = [];
        for (let nth = 1; nth <= 8; nth++) {
          expected.push(`asked ${nth}`);
          if (nth >= first && nth % 2 === 1) {
            expected.push(`answered ${nth}`);
          }
        }
        expect(log).to.deep.equal(expected);
        const moved = direction === 'read' ? bytesOf(data) : [5, ...recorder.bytes, 5];
        expect(moved).to.deep.equal([
          5,
          ...(direction === 'read' ? before : new Array<number>(64).fill(5)),
          5,
        ]);
      });
    }

    it('serves thousands of pieces one after the other', async () => {
      const size = 1 << 15;
      const recorder = new Recorder(size, (_nth, length) => Promise.resolve(length));
      const region = new Region({
        name: 'bar4',
        size,
        ranges: [{ kind: 'trapped', offset: 0, size, handler: recorder }],
      });
      expect(await region[direction](0, buffer(size), 0, size)).to.equal(size);
      expect(recorder.seen).to.have.length(size / 8);
    });

    it('a reset during a wait ends it: no handler is asked again, not even for the next client (bug)', async () => {
      const [region, recorder] = setup((_, length) => Promise.resolve(length));
      const pending = region[direction](0, buffer(32), 0, 32);
      region.reset();
      expectFailure(await rejectionOf(pending), 'EBUSY', 'device.resetting');
      expect(recorder.seen).to.have.length(1);
      expect(await region[direction](0, buffer(32), 0, 32)).to.equal(32);
    });

    it('is EIO once the region stopped decoding during a wait (drivers/vfio/pci/vfio_pci_rdwr.c asks per access)', async () => {
      let enabled = true;
      const [region, recorder] = setup(
        (_nth, length) =>
          Promise.resolve().then(() => {
            enabled = false;
            return length;
          }),
        { accessible: () => enabled },
      );
      const error = await rejectionOf(region[direction](0, buffer(32), 0, 16));
      expectFailure(error, 'EIO', 'region.disabled');
      expect(recorder.seen).to.have.length(1);
    });
  });

  describe(`transfer by ${direction}: handlers that fail`, () => {
    const boom = new Error('boom');

    it('lets what they throw through as it is and asks no more', () => {
      for (const [length, at] of [
        [4, 1],
        [32, 1],
        [32, 3],
      ] as const) {
        const [region, recorder] = setup((nth, size) => {
          if (nth === at) {
            throw boom;
          }
          return size;
        });
        expect(thrownBy(() => region[direction](0, buffer(32), 0, length))).to.equal(boom);
        expect(recorder.seen).to.have.length(at);
      }
    });

    it('lets rejections through, and what is thrown after a wait', async () => {
      for (const [length, at] of [
        [4, 1],
        [32, 1],
        [32, 3],
      ] as const) {
        const [rejecting, first] = setup((nth, size) => (nth === at ? Promise.reject(boom) : size));
        expect(await rejectionOf(rejecting[direction](0, buffer(32), 0, length))).to.equal(boom);
        expect(first.seen).to.have.length(at);
      }
      const [throwing, second] = setup((nth, size) => {
        if (nth === 3) {
          throw boom;
        }
        return Promise.resolve(size);
      });
      expect(await rejectionOf(throwing[direction](0, buffer(32), 0, 32))).to.equal(boom);
      expect(second.seen).to.have.length(3);
    });
  });
}
