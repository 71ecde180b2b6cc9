import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { Made, type TestDriver } from '../access/access.test-support.js';
import { failNth } from '../fail-nth.test-support.js';
import { BufferMemory } from '../memory/index.js';
import { snapshot } from '../space/space.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE, type Checkpoint } from '../space/index.js';
import { NestedSpace } from './nested-space.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd_fail_nth.c';
const made = new Made();

/** Memory of a host that has a step of its own, and counts who holds it. */
class SteppedMemory extends BufferMemory {
  pins = 0;
  readonly #checkpoint: Checkpoint;

  constructor(checkpoint: Checkpoint) {
    super(new Uint8Array(PAGE));
    this.#checkpoint = checkpoint;
  }

  override pin(): Disposable {
    this.#checkpoint('memory.pin');
    this.pins += 1;
    return {
      [Symbol.dispose]: (): void => {
        this.pins -= 1;
      },
    };
  }
}

/** Pages 16 .. 19 of a host, one map each; a guest shows two of them at 0 and 1 and two at 2 and 3, in two maps. */
class TwoStages {
  readonly memory: readonly SteppedMemory[];
  readonly host: AddressSpace;
  readonly guest: NestedSpace;
  readonly driver: TestDriver;

  constructor(personality: 'iommufd' | 'type1v2', checkpoint: Checkpoint) {
    this.host = new AddressSpace({ personality, checkpoint });
    this.memory = [16, 17, 18, 19].map((page) => {
      const memory = new SteppedMemory(checkpoint);
      this.host.map({ iova: page * PAGE, memory });
      return memory;
    });
    this.guest = new NestedSpace(this.host, { checkpoint });
    this.guest.mapParent({ iova: 0, parentIova: 16 * PAGE, size: 2 * PAGE });
    this.guest.mapParent({ iova: 2 * PAGE, parentIova: 18 * PAGE, size: 2 * PAGE });
    this.driver = made.driver({ checkpoint });
    this.driver.access.attach(this.guest);
    this.driver.onUnmap = () => {
      this.driver.unpinAll();
    };
  }

  /** Pins of the guest's maps, of the host's and of the memory. */
  get pins(): readonly number[][] {
    const [guest, host] = [this.guest, this.host].map(({ areas }) =>
      [...areas].map(({ pins }) => pins),
    );
    return [guest ?? [], host ?? [], this.memory.map(({ pins }) => pins)];
  }

  get maps(): object {
    return [snapshot(this.host), snapshot(this.guest)];
  }

  get everything(): object {
    return { maps: this.maps, pins: this.pins, held: this.driver.access.pinCount };
  }
}

/** A pin whose injected failure is not hidden behind the errno of the access. */
function pin({ driver }: TwoStages, page: number, count: number): void {
  try {
    driver.pin(page, count);
  } catch (error) {
    throw MdevError.is(error) && error.cause !== undefined ? error.cause : error;
  }
}

for (const personality of ['iommufd', 'type1v2'] as const) {
  const steps = (
    operate: (stages: TwoStages) => unknown,
    look: (stages: TwoStages) => object = ({ everything }) => everything,
    prepare: (stages: TwoStages) => void = () => undefined,
  ): readonly string[] =>
    failNth((checkpoint) => {
      const stages = new TwoStages(personality, checkpoint);
      prepare(stages);
      return { operate: () => operate(stages), snapshot: () => look(stages) };
    });

  describe(`two stages: every step fails once, ${personality} (${SOURCE})`, () => {
    made.disposeAfterEach();

    it('nested step fails: mapParent: neither space has changed, and the window can be mapped then', () => {
      const window = { parentIova: 17 * PAGE, size: 3 * PAGE };
      expect(steps(({ guest }) => guest.mapParent({ iova: 8 * PAGE, ...window }))).to.deep.equal([
        'map.place',
        'map.insert',
      ]);
      if (personality === 'iommufd') {
        expect(
          steps(({ guest }) => guest.mapParent(window)),
          'chosen',
        ).to.have.length(2);
      }
    });

    it('nested pin step fails: a pin through both: no map and no memory of either stage is held', () => {
      const reached = steps((stages) => {
        pin(stages, 0, 4);
      });
      expect(reached).to.deep.equal([
        'access.pin-piece',
        'memory.pin',
        'memory.pin',
        'access.pin-piece',
        'memory.pin',
        'memory.pin',
      ]);
    });

    it('nested pin step fails: a pin over one that is held: that one stays', () => {
      const reached = steps(
        (stages) => {
          pin(stages, 1, 2);
        },
        undefined,
        (stages) => {
          pin(stages, 0, 4);
        },
      );
      expect(reached).to.have.length(4);
    });

    it('nested unmap step fails: of guest maps with pins: both spaces stay as they are, and pins agree', () => {
      const seen: string[] = [];
      const look = (stages: TwoStages): object => {
        const [guest = [], host = [], memory = []] = stages.pins;
        seen.push(guest.join(''));
        // What a driver has unpinned when it was told stays unpinned, but at all stages.
        const held = stages.driver.access.pinCount;
        expect([host, memory]).to.deep.equal(
          held === 0 ? none : [host, host],
          'the same pins below',
        );
        expect(
          guest.reduce((sum, pins) => sum + pins, 0),
          'and above',
        ).to.equal(2 * held);
        return [stages.maps, stages.driver.access.space === stages.guest];
      };
      const none = [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ];
      const reached = steps(
        ({ guest }) => guest.unmap(0, 4 * PAGE),
        look,
        (stages) => {
          pin(stages, 0, 4);
          pin(stages, 1, 2);
        },
      );
      expect(reached).to.deep.equal(['unmap.area', 'unmap.area', 'unmap.remove']);
      expect(new Set(seen), 'failed before and after the driver was told').to.include.members([
        '22',
        '00',
        '',
      ]);
    });

    it('nested unmap step fails: of the host under pins of the guest: the maps of both stay', () => {
      const reached = steps(
        ({ host }) => host.unmap(16 * PAGE, 2 * PAGE),
        ({ maps }) => maps,
        (stages) => {
          stages.driver.pin(0, 1);
        },
      );
      expect(reached).to.deep.equal(['unmap.area', 'unmap.area', 'unmap.remove']);
    });

    it('nested unmap step fails: destroy of the guest: its maps stay, and the host stays busy', () => {
      const reached = steps(
        ({ guest }) => {
          guest.destroy();
        },
        undefined,
        ({ driver }) => {
          driver.access.detach();
        },
      );
      expect(reached).to.deep.equal(['unmap.area', 'unmap.area', 'unmap.remove']);
    });

    it('nested attach step fails: an access: neither space has a new owner', () => {
      const reached = failNth((checkpoint) => {
        const stages = new TwoStages(personality, checkpoint);
        stages.driver.access.detach();
        const look = (): object => [stages.maps, stages.driver.access.space !== undefined];
        return {
          operate: () => {
            stages.driver.access.attach(stages.guest);
          },
          snapshot: look,
        };
      });
      expect(reached).to.deep.equal(['access.enter', 'constrain.check', 'constrain.apply']);
    });
  });
}
