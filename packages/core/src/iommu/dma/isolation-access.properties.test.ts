import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { outcome } from '../../errors/outcome.test-support.js';
import type { ModelAccess, PinnedRange } from '../access/index.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import type { Dma, DmaAccess, Iova } from './dma.js';
import {
  ATTACK,
  IsolationWorld,
  SECRET,
  TARGETS,
  VICTIMS,
  type VictimKind,
} from './isolation-world.test-support.js';

const KINDS = [
  ...(['open', 'open', 'pin', 'pin', 'pin', 'pin', 'rw', 'rw', 'rw', 'pinned', 'pinned'] as const),
  ...(['unpin', 'dispose', 'channel', 'dma', 'dma', 'dma', 'dma', 'request', 'move'] as const),
];

const length = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 80, PAGE, 2 * PAGE, 4 * PAGE) },
  fc.constantFrom(0, -1, 0.5, NaN, Infinity, 2 ** 53, 2 ** 40),
);
/** Mostly where the victim or the attacker has something. */
const iovaOf = (kind: VictimKind): fc.Arbitrary<Iova> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...TARGETS[kind]),
          fc.nat(3),
          fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1, 40, 2048),
        )
        .map(([base, page, at]) => base + page * PAGE + at),
    },
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
    fc.constantFrom<Iova>(NaN, -1, 2 ** 53, 2n ** 64n - 1n, -0, Infinity, 0.5),
  );
const attackOn = (kind: VictimKind) =>
  fc.record({
    kind: fc.constantFrom(...KINDS),
    /** Which PASID is claimed, from which channel it is asked for. */
    pasid: fc.nat(10),
    via: fc.nat(5),
    op: fc.constantFrom('read', 'write', 'fill', 'copy', 'view', 'views'),
    iova: iovaOf(kind),
    to: iovaOf(kind),
    length,
    index: fc.nat(7),
    access: fc.constantFrom<DmaAccess>('read', 'write'),
    needsPin: fc.constantFrom(true, true, true, false),
    tidy: fc.boolean(),
  });
type Attack = ReturnType<typeof attackOn> extends fc.Arbitrary<infer T> ? T : never;

/** Of a buffer that a model could make. */
function buffer(size: number): Uint8Array {
  const usable = Number.isSafeInteger(size) && size >= 0 ? Math.min(size, 8 * PAGE) : 4;
  return new Uint8Array(usable).fill(ATTACK);
}

/** A model that keeps everything that it ever got: ports of PASIDs, accesses and pinned ranges. */
class HostileModel implements Disposable {
  readonly #channels: Dma[];
  readonly #accesses: ModelAccess[] = [];
  readonly #ranges: PinnedRange[] = [];
  readonly #pasids: readonly number[];

  constructor(readonly world: IsolationWorld) {
    const { bound, port, victims } = world;
    const victim = victims[0]?.pasid ?? NaN;
    const own = port.pasid;
    this.#pasids = [
      ...[victim, own, bound, victim + 4, victim + 2 ** 20, victim + 2 ** 32],
      ...[-victim, victim + 0.5, 0, NaN, Infinity],
    ];
    this.#channels = [port, port.withPasid(victim), port.withPasid(bound), port.withPasid(own)];
    // What an honest driver would let go when its PASID goes.
    for (const dma of [port, port.withPasid(bound)]) {
      this.#open(dma, true);
    }
    this.#pinWhatIsThere();
  }

  /** Everything that an attack got hold of; undefined where it found nothing to begin with. */
  async run(one: Attack): Promise<readonly Uint8Array[] | undefined> {
    const dma = this.#channels[one.via % this.#channels.length]!;
    const pasid = this.#pasids[one.pasid % this.#pasids.length]!;
    const access = this.#accesses[one.index % this.#accesses.length]!;
    const range = this.#ranges[one.index % Math.max(1, this.#ranges.length)];
    const isWrite = one.access === 'write';
    switch (one.kind) {
      case 'channel':
        this.#channels.push(dma.withPasid(pasid));
        return undefined;
      case 'open':
        this.#open(dma.withPasid(pasid), one.needsPin);
        return [];
      case 'pin':
        this.#ranges.push(access.pin(one.iova, one.length, { write: isWrite }));
        return [];
      case 'rw': {
        const data = buffer(one.length);
        access.rw(one.iova, data, { write: isWrite });
        return [data];
      }
      case 'pinned':
        return range === undefined ? undefined : this.#usePinned(range, one);
      case 'unpin':
        range?.unpin();
        return undefined;
      case 'dispose':
        access[Symbol.dispose]();
        return undefined;
      case 'dma':
        return this.#useDma(one.tidy ? dma : dma.withPasid(pasid), one);
      case 'request':
        await dma.withPasid(pasid).request(one.iova, one.length, one.access);
        return [];
      case 'move':
        this.world.move([this.world.bound, this.world.attacker.pasid][one.index % 2]!, one.tidy);
        return undefined;
    }
  }

  [Symbol.dispose](): void {
    for (const access of this.#accesses) {
      access[Symbol.dispose]();
    }
  }

  /** It lets go of nothing when it is told. */
  #open(dma: Dma, needsPin: boolean): void {
    const options = { name: 'attacker', needsPin, unmap: () => undefined };
    this.#accesses.push(dma.access(options));
  }

  #pinWhatIsThere(): void {
    const { own, bound } = this.world.spaces;
    for (const [i, access] of this.#accesses.entries()) {
      for (const { start, size } of (i === 0 ? own : bound).areas) {
        try {
          this.#ranges.push(access.pin(start, Math.min(size, 2 * PAGE), { write: true }));
        } catch (error) {
          if (!MdevError.is(error)) {
            throw error;
          }
        }
      }
    }
  }

  #usePinned(range: PinnedRange, { access, op, length }: Attack): readonly Uint8Array[] {
    if (op === 'view' || op === 'views') {
      return range.views().map((view) => {
        if (range.isWritable) {
          view.fill(ATTACK);
        }
        return new Uint8Array(view.buffer);
      });
    }
    const data = buffer(Math.min(length, range.length));
    if (access === 'write') {
      range.write(0, data);
      return [];
    }
    range.read(0, data);
    return [data];
  }

  #useDma(dma: Dma, { op, iova, to, length, access }: Attack): readonly Uint8Array[] {
    const into = buffer(length);
    switch (op) {
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
      case 'view':
      case 'views': {
        const views =
          op === 'view' ? [dma.view(iova, length, access)] : dma.views(iova, length, access);
        if (access === 'write') {
          views.forEach((view) => view.fill(ATTACK));
        }
        return views.map((view) => new Uint8Array(view.buffer));
      }
    }
  }
}

for (const kind of VICTIMS) {
  describe(`isolation of a ${kind} victim from accesses and pins (drivers/iommu/iommufd/device.c, iommufd_access_pin_pages; PCIe Base Spec, section 6.20)`, () => {
    it('isolation access: a model that keeps ports, accesses and pins of PASIDs that the victim gets has faults only', async () => {
      const succeeded = new Map<string, number>();
      let refused = 0;
      let takenOver = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(attackOn(kind), { minLength: 10, maxLength: 40 }),
          async (attacks) => {
            const world = new IsolationWorld(kind);
            using model = new HostileModel(world);
            for (const one of attacks) {
              try {
                const got = await model.run(one);
                const leaked = got?.some((bytes) => bytes.includes(SECRET)) ?? false;
                expect(leaked, `${one.kind} ${one.op}`).to.equal(false);
                succeeded.set(
                  one.kind,
                  (succeeded.get(one.kind) ?? 0) + (got === undefined ? 0 : 1),
                );
              } catch (error) {
                if (!MdevError.is(error)) {
                  throw error;
                }
                refused += 1;
              }
            }
            takenOver += world.victims.length - 1;
            expect(world.damage).to.deep.equal([]);
          },
        ),
        { seed: 20261121, numRuns: 300 },
      );
      expect(refused, 'it was refused').to.be.greaterThan(1000);
      expect(takenOver, 'the victim got PASIDs of the attacker').to.be.greaterThan(100);
      for (const used of ['open', 'pin', 'rw', 'pinned', 'dma']) {
        expect(succeeded.get(used) ?? 0, `${used} of its own memory`).to.be.greaterThan(20);
      }
    });

    for (const tidy of [true, false]) {
      it(`isolation moved: what the attacker kept of a PASID never reaches the memory that the PASID leads to now, ${tidy ? 'closed' : 'not closed'} by the endpoint`, () => {
        for (const which of ['bound', 'own'] as const) {
          const world = new IsolationWorld(kind);
          const pasid = which === 'bound' ? world.bound : world.attacker.pasid;
          const into = new Uint8Array(64);
          const kept = [world.port, world.port.withPasid(pasid)];
          const dma = world.port.withPasid(pasid);
          using access = dma.access({ name: 'kept', needsPin: true, unmap: () => undefined });
          world.move(pasid, tidy);
          expect(
            world.victims.map((tenancy) => tenancy.pasid),
            'the victim has the PASID',
          ).to.include(pasid);
          expect(access.isClosed).to.equal(tidy);
          const [first] = [...world.spaces[which].areas].map(({ start }) => start);
          const read = outcome(() => {
            access.rw(first ?? 0, into, { write: false });
          });
          expect(read, 'not the memory of the victim').to.equal(
            tidy ? 'ENOENT access.detached' : undefined,
          );
          for (const iova of [...world.spaces.victim.areas].map(({ start }) => start)) {
            for (const port of which === 'own' ? kept : kept.slice(1)) {
              expect(() => {
                port.read(iova, into);
              }).to.throw(MdevError, 'unattached');
              expect(() => {
                port.fill(iova, 64, ATTACK);
              }).to.throw(MdevError, 'unattached');
              expect(() => port.access({ name: 'new' })).to.throw(MdevError);
            }
            expect(into.includes(SECRET)).to.equal(false);
          }
          expect(world.damage).to.deep.equal([]);
        }
      });
    }
  });
}
