import type { DeviceEvent } from '../../event/index.js';
import { NestedSpace } from '../nested/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { ProcessAddressSpace } from '../sva/index.js';
import { IommuTenancy, ParentIommu } from '../table/index.js';
import { BlockMemory } from './block-memory.test-support.js';
import { DmaPort } from './dma-port.js';

/** The byte that only the victim has; the attacker neither has nor writes it. */
export const SECRET = 0x5e;
const PUBLIC = 0x11;
export const ATTACK = 0xa7;

export const VICTIMS = ['plain', 'process', 'nested'] as const;
export type VictimKind = (typeof VICTIMS)[number];

/** The spaces of one victim and its attacker; what the attacker has are the other side's addresses. */
interface Spaces {
  readonly victim: AddressSpace;
  readonly own: AddressSpace;
  readonly bound: AddressSpace;
}

/** Where victim and attacker have their memory: an attack is aimed at it. */
export const TARGETS: Readonly<Record<VictimKind, readonly number[]>> = {
  plain: [0, 2 ** 53 - 2 * PAGE],
  process: [0x7f00_0000_0000, 0x7f00_0000_0000 + 5 * PAGE],
  nested: [0, 4 * PAGE, 8 * PAGE, 16 * PAGE, 18 * PAGE],
};

function plain([first, second]: Uint8Array[], [own, bound]: Uint8Array[]): Spaces {
  const spaces = { victim: new AddressSpace(), own: new AddressSpace(), bound: new AddressSpace() };
  spaces.victim.map({ iova: 0, memory: first! });
  spaces.victim.map({ iova: 2n ** 53n - BigInt(2 * PAGE), memory: new BlockMemory(second!) });
  spaces.own.map({ iova: 2 * PAGE, memory: own! });
  spaces.bound.map({ iova: 0, memory: bound! });
  return spaces;
}

/** All of them give out the same addresses, and one secret is not there until somebody asks for it. */
function processes([first, second]: Uint8Array[], publics: Uint8Array[]): Spaces {
  const [victim, ...others] = [0, 1, 2].map(() => new ProcessAddressSpace());
  victim!.register(first!);
  victim!.register(second!, { present: false });
  const [own, bound] = others.map((space, i) => {
    space.register(publics[i]!.subarray(0, PAGE + 100));
    return space;
  });
  return { victim: victim!, own: own!, bound: bound! };
}

/** Guests of one host, whose pages lie side by side; the bound one sees more of its parent than that has. */
function nested([first, second]: Uint8Array[], [one, other]: Uint8Array[]): Spaces {
  const host = new AddressSpace({ personality: 'iommufd' });
  const pages = [
    [16, one],
    [18, first],
    [22, other],
    [24, second],
  ] as const;
  for (const [page, memory] of pages) {
    host.map({ iova: page * PAGE, memory: memory! });
  }
  const victim = new NestedSpace(host);
  victim.mapParent({ iova: 0, parentIova: 18 * PAGE, size: 4 * PAGE });
  victim.mapParent({ iova: 8 * PAGE, parentIova: 24 * PAGE, size: 4 * PAGE });
  const own = new NestedSpace(host);
  own.mapParent({ iova: 0, parentIova: 16 * PAGE, size: 2 * PAGE });
  own.mapParent({ iova: 4 * PAGE, parentIova: 22 * PAGE, size: 2 * PAGE });
  const bound = new NestedSpace(own);
  bound.mapParent({ iova: 0, parentIova: 0, size: 16 * PAGE });
  return { victim, own, bound };
}

const MAKE = { plain, process: processes, nested } as const;

/** A victim with PASID 1 and an attacker with 2 and 3, of a parent that has no others. */
export class IsolationWorld {
  readonly iommu = new ParentIommu({ pasidBits: 2 });
  readonly secrets = [0, 1].map(() => new Uint8Array(4 * PAGE).fill(SECRET));
  readonly publics = [0, 1].map(() => new Uint8Array(2 * PAGE).fill(PUBLIC));
  readonly spaces: Spaces;
  readonly events: DeviceEvent[] = [];
  readonly port: DmaPort;
  readonly attacker: IommuTenancy;
  /** Of the victim; what it takes over is added. */
  readonly victims: IommuTenancy[];
  readonly bound: number;

  constructor(readonly kind: VictimKind) {
    this.spaces = MAKE[kind](this.secrets, this.publics);
    this.victims = [IommuTenancy.open(this.iommu, this.spaces.victim)];
    this.attacker = IommuTenancy.open(this.iommu, this.spaces.own);
    this.attacker.bind(this.spaces.bound);
    this.bound = Math.max(...this.iommu.dump().map(({ pasid }) => pasid));
    this.port = new DmaPort({ report: () => undefined }, this.attacker);
    this.port.retarget(this.attacker.own);
    this.#watch(this.victims[0]!);
    this.spaces.victim.startDirtyTracking({ pageSize: PAGE });
  }

  /** The device is quiet with a PASID of the attacker, and the victim gets it. Its port and accesses may stay. */
  move(pasid: number, tidy: boolean): void {
    if (pasid === this.attacker.pasid) {
      this.attacker.close();
      this.attacker.settleAll(true);
    } else if (this.attacker.target(pasid) !== undefined) {
      this.attacker.unbind(pasid);
      this.attacker.settle(pasid, true);
    }
    if (tidy) {
      this.port.closeAccesses(pasid);
    }
    if (this.iommu.pasidCounters.available > 0) {
      const taken = IommuTenancy.open(this.iommu, this.spaces.victim);
      this.victims.push(taken);
      this.#watch(taken);
    }
  }

  /** What the victim has lost, in words. */
  get damage(): readonly string[] {
    const { victim } = this.spaces;
    const bitmap = new Uint8Array(2);
    const dirty = TARGETS[this.kind].filter((iova) => {
      victim.reportDirty(iova, 16 * PAGE, PAGE, bitmap.fill(0));
      return bitmap.some((byte) => byte !== 0);
    });
    const holds = (bytes: Uint8Array, value: number): boolean => bytes.includes(value);
    return [
      ...(this.secrets.every((bytes) => bytes.every((byte) => byte === SECRET)) ? [] : ['written']),
      ...(this.publics.some((bytes) => holds(bytes, SECRET)) ? ['copied'] : []),
      ...(dirty.length > 0 ? ['marked'] : []),
      ...([...victim.areas].some(({ pins }) => pins > 0) ? ['pinned'] : []),
      ...(this.events.length > 0 ? ['told'] : []),
    ];
  }

  #watch(tenancy: IommuTenancy): void {
    const port = new DmaPort({ report: (event) => this.events.push(event) }, tenancy);
    port.retarget(tenancy.own);
  }
}
