import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failNth } from '../fail-nth.test-support.js';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE, type Checkpoint } from './requests.js';
import { map, MOCK, MOCK_START, snapshot } from './space.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd_fail_nth.c';
const AT = MOCK_START;

for (const personality of ['type1v2', 'iommufd'] as const) {
  /** Three maps, a constraint and an allowed range; the operation is what is under test. */
  const steps = (
    operate: (space: AddressSpace, source: AddressSpace) => unknown,
  ): readonly string[] =>
    failNth((checkpoint: Checkpoint) => {
      const space = new AddressSpace({ personality, checkpoint });
      const source = new AddressSpace();
      for (const page of [0, 1, 4]) {
        map(space, { iova: AT + page * PAGE });
        map(source, { iova: page * PAGE });
      }
      space.constrain(MOCK, MOCK);
      space.allow([{ start: AT, last: AT + 64 * PAGE }]);
      return { operate: () => operate(space, source), snapshot: () => snapshot(space) };
    });

  describe(`${SOURCE}: every step fails once, ${personality}`, () => {
    it('map', () => {
      const memory = new Uint8Array(PAGE);
      expect(steps((space) => space.map({ iova: AT + 8 * PAGE, memory }))).to.deep.equal([
        'map.place',
        'map.insert',
      ]);
    });

    if (personality === 'iommufd') {
      it('map where there is room', () => {
        const memory = new Uint8Array(PAGE);
        expect(steps((space) => space.map({ memory }))).to.have.length(2);
      });
    }

    it('step fails: unmap of several maps', () => {
      expect(steps((space) => space.unmap(AT, 8 * PAGE))).to.deep.equal([
        'unmap.area',
        'unmap.area',
        'unmap.area',
        'unmap.remove',
      ]);
    });

    it('unmap of all', () => {
      expect(steps((space) => space.unmapAll())).to.have.length(4);
    });

    it('pin step fails: unmap of maps with pins: the maps stay, and can be unpinned and unmapped later', () => {
      const reached = steps((space) => {
        const area = space.find(AT + PAGE);
        if (area !== undefined) {
          area.pins = 1;
        }
        space.join({
          name: 'test',
          notifyUnmap: () => {
            area!.pins = 0;
          },
          revoke: () => undefined,
          markPinned: () => undefined,
        });
        return space.unmap(AT, 8 * PAGE);
      });
      expect(reached).to.have.length(4);
    });

    it('step fails: copy of several pieces', () => {
      const request = { sourceIova: 0, length: 2 * PAGE, iova: AT + 16 * PAGE };
      expect(steps((space, source) => space.copy(source, request))).to.deep.equal([
        'copy.find',
        'map.place',
        'copy.area',
        'copy.area',
        'copy.insert',
      ]);
    });

    it('step fails: constrain, anew and instead of what was asked before', () => {
      const more = { pageSizes: 4096n, reserved: [{ start: 2 ** 30, last: 2 ** 31 }] };
      for (const owner of [{}, MOCK]) {
        expect(
          steps((space) => {
            space.constrain(owner, more);
          }),
        ).to.deep.equal(['constrain.check', 'constrain.apply']);
      }
    });

    it('start of dirty tracking, also while it is on', () => {
      const options = { pageSize: PAGE };
      expect(
        steps((space) => {
          space.startDirtyTracking(options);
        }),
      ).to.deep.equal(['dirty.log', 'dirty.start']);
    });
  });
}
