import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import type { DeviceEvent } from '../../event/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { IommuTenancy, ParentIommu } from '../table/index.js';
import { BlockMemory } from './block-memory.test-support.js';
import { DmaPort } from './dma-port.js';
import type { Dma, DmaAccess, DmaSegment, Iova } from './dma.js';

/** The byte that only the victim has; the attacker neither has nor writes it. */
const SECRET = 0x5e;
const PUBLIC = 0x11;
const ATTACK = 0xa7;

/** Two devices of one parent. The victim has maps where the attacker has some, and where it has none. */
class TwoDevices {
  readonly iommu = new ParentIommu();
  readonly secrets = [0, 1, 2].map(() => new Uint8Array(4 * PAGE).fill(SECRET));
  readonly publics = [0, 1].map(() => new Uint8Array(2 * PAGE).fill(PUBLIC));
  readonly victimEvents: DeviceEvent[] = [];
  readonly victim: IommuTenancy;
  readonly attacker: IommuTenancy;
  readonly port: DmaPort;
  /** How often somebody was asked for memory of the victim. */
  requests = 0;
  readonly #pasids: readonly number[];

  constructor() {
    const [low, block, high] = this.secrets;
    const space = new AddressSpace();
    space.map({ iova: 0, memory: low! });
    space.map({ iova: 4 * PAGE, memory: new BlockMemory(block!) });
    space.map({ iova: 2n ** 53n - BigInt(2 * PAGE), memory: high! });
    space.pageRequests = {
      request: async () => {
        this.requests += 1;
        return 'success';
      },
    };
    this.victim = IommuTenancy.open(this.iommu, space);
    new DmaPort({ report: (event) => this.victimEvents.push(event) }, this.victim).retarget(
      this.victim.own,
    );

    const [own, bound] = this.publics;
    this.attacker = IommuTenancy.open(this.iommu, spaceOf(2 * PAGE, own!));
    const second = this.attacker.bind(spaceOf(6 * PAGE, bound!));
    const stale = this.attacker.bind(new AddressSpace());
    this.attacker.unbind(stale);
    this.attacker.settle(stale, true);
    this.port = new DmaPort({ report: () => undefined }, this.attacker);
    this.port.retarget(this.attacker.own);
    const { pasid } = this.victim;
    // Also what an index or a mask of 20 bits would take for the victim's.
    this.#pasids = [
      pasid,
      pasid + 2 ** 20,
      pasid + 2 ** 32,
      -pasid,
      pasid + 0.5,
      0,
      NaN,
      second,
      stale,
    ];
  }

  channel(own: boolean, route: readonly number[]): Dma {
    return route.reduce<Dma>(
      (dma, index) => dma.withPasid(this.#pasids[index % this.#pasids.length]!),
      own ? this.port : this.port.withPasid(this.victim.pasid),
    );
  }

  get isSafe(): boolean {
    return this.secrets.every((bytes) => bytes.every((byte) => byte === SECRET));
  }
}

function spaceOf(iova: number, memory: Uint8Array): AddressSpace {
  const space = new AddressSpace();
  space.map({ iova, memory });
  return space;
}

const iova: fc.Arbitrary<Iova> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(9), fc.integer({ min: -40, max: 40 }))
      .map(([page, at]) => page * PAGE + at),
  },
  fc.bigInt({ min: -8192n, max: 8192n }).map((at) => 2n ** 53n + at),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.double(),
  fc.constantFrom<Iova>(NaN, -1, 2 ** 53, 2n ** 64n, -0, Infinity),
);
const length = fc.oneof(
  { weight: 6, arbitrary: fc.nat(80) },
  fc.nat(5 * PAGE),
  fc.constantFrom(-1, -PAGE, 0.5, NaN, Infinity, 2 ** 53, 2 ** 40),
);
const attack = fc.record({
  kind: fc.constantFrom(
    'read',
    'write',
    'fill',
    'copy',
    'gather',
    'scatter',
    'view',
    'views',
    'request',
  ),
  own: fc.boolean(),
  route: fc.oneof(fc.constant([]), fc.array(fc.nat(8), { maxLength: 3 })),
  iova,
  to: iova,
  length,
  list: fc.array(fc.record({ iova, length }), { maxLength: 4 }),
  access: fc.constantFrom<DmaAccess>('read', 'write'),
});
type Attack = typeof attack extends fc.Arbitrary<infer T> ? T : never;

/** A buffer as a model would make it: lengths that no buffer has are cut down. */
function buffer(size: number): Uint8Array {
  const usable = Number.isSafeInteger(size) && size >= 0 ? Math.min(size, 8 * PAGE) : 4;
  return new Uint8Array(usable).fill(ATTACK);
}

function sizeOf(list: readonly DmaSegment[]): number {
  return list.reduce((sum, segment) => sum + segment.length, 0);
}

/** Everything that an attack got hold of. Views that may be written are. */
async function run(
  dma: Dma,
  { kind, iova, to, length, list, access }: Attack,
): Promise<Uint8Array[]> {
  const into = buffer(kind === 'gather' || kind === 'scatter' ? sizeOf(list) : length);
  switch (kind) {
    case 'read':
      dma.read(iova, into);
      return [into];
    case 'write':
      dma.write(iova, into);
      return [];
    case 'fill':
      dma.fill(iova, length, ATTACK);
      return [];
    case 'copy':
      dma.copy(to, iova, length);
      return [];
    case 'gather':
      dma.gather(list, into);
      return [into];
    case 'scatter':
      dma.scatter(list, into);
      return [];
    case 'request':
      await dma.request(iova, length, access);
      return [];
    case 'view':
    case 'views': {
      const views =
        kind === 'view' ? [dma.view(iova, length, access)] : [...dma.views(iova, length, access)];
      if (access === 'write') {
        views.forEach((view) => view.fill(ATTACK));
      }
      return views.map((view) => new Uint8Array(view.buffer));
    }
  }
}

describe('isolation of two mediated devices of one parent (PCIe Base Spec 6.20, PASID)', () => {
  it('a fuzzing model tries every access to the memory of another PASID, and gets faults only', async () => {
    let transfers = 0;
    let faults = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(attack, { minLength: 1, maxLength: 20 }), async (attacks) => {
        const devices = new TwoDevices();
        for (const one of attacks) {
          try {
            const got = await run(devices.channel(one.own, one.route), one);
            expect(
              got.some((bytes) => bytes.includes(SECRET)),
              JSON.stringify(one.kind),
            ).to.equal(false);
            transfers += 1;
          } catch (error) {
            if (!MdevError.is(error)) {
              throw error;
            }
            expect(error.reason).to.be.oneOf(['dma.fault', 'dma.list']);
            faults += 1;
          }
        }
        expect(devices.isSafe, 'its memory').to.equal(true);
        expect(
          devices.publics.some((bytes) => bytes.includes(SECRET)),
          'nothing copied',
        ).to.equal(false);
        expect(devices.victimEvents).to.deep.equal([]);
        expect(devices.requests).to.equal(0);
      }),
      { seed: 20261121, numRuns: 400 },
    );
    expect(faults, 'it was refused').to.be.greaterThan(1000);
    expect(transfers, 'and could use its own memory').to.be.greaterThan(200);
  });

  it('with the PASID of the victim, nothing but 0 bytes ever succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(attack, async (one) => {
        const devices = new TwoDevices();
        const dma = devices.channel(false, []);
        let answer = 'done';
        try {
          await run(dma, one);
        } catch (error) {
          answer = MdevError.is(error)
            ? `${error.reason} ${String(error.details['cause'])}`
            : 'broken';
        }
        const isList = one.kind === 'gather' || one.kind === 'scatter';
        const isNothing = isList
          ? one.list.every((segment) => segment.length === 0)
          : one.length === 0;
        expect(answer).to.be.oneOf(
          isNothing
            ? ['done']
            : ['dma.fault unattached', ...(isList ? ['dma.list undefined'] : [])],
        );
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });
});
