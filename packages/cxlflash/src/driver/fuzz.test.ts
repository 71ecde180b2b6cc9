import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace } from '@mdevkit/core';
import { WRITE_16 } from '@mdevkit/uapi';
import { ATTACH_READ, ATTACH_WRITE } from '../abi/index.js';
import { settled } from '../settled.test-support.js';
import { Bench, BLOCKS, readEvents } from './bench.test-support.js';
import { Hostile, Random, type Lair } from './hostile.test-support.js';
import type { RawContext } from './raw-context.test-support.js';

const SEEDS = 20;
const ROUNDS = 150;
const BLOCK = 4096;

/** What the victim knows of its disk. */
class Mirror {
  readonly bytes = new Uint8Array(BLOCKS * BLOCK);

  /** Writes some blocks, reads some, and compares; says what is wrong. */
  async check(victim: RawContext, random: Random): Promise<string | undefined> {
    const blocks = 1 + random.below(20);
    const lba = random.below(BLOCKS - blocks);
    const buffer = victim.bytes(victim.data, blocks * BLOCK);
    buffer.fill(random.below(256));
    this.bytes.set(buffer, lba * BLOCK);
    const written = await victim.run({ opcode: WRITE_16, lba, blocks }, 0);
    const from = random.below(BLOCKS - blocks);
    const read = await victim.run({ lba: from, blocks }, 1);
    if (written.ioasc !== 0 || read.ioasc !== 0) {
      return `a command of the victim failed: ${written.ioasc} ${read.ioasc}`;
    }
    const expected = this.bytes.subarray(from * BLOCK, (from + blocks) * BLOCK);
    if (Buffer.compare(buffer, expected) !== 0) {
      return 'the victim reads what it has not written';
    }
    const completions = victim.completions();
    return completions.length === 2 ? undefined : `completions ${completions.join(' ')}`;
  }
}

/** What the attackers achieved, so that it is known that they tried. */
interface Damage {
  halts: number;
  status: number;
  events: number;
  /** Seeds with which a block of the attacker's own disk was written. */
  written: number;
}

async function attack(seed: number, damage: Damage): Promise<void> {
  const random = new Random(seed);
  const note = `seed ${seed}`;
  const lairs = new Map([7, 8].map((pasid) => [pasid, lairOf(new AddressSpace())]));
  const spaces = new Map([...lairs].map(([pasid, { space }]) => [pasid, space]));
  const bench = new Bench({ disks: 3, spaces });
  const victim = bench.working();
  const mirror = new Mirror();
  const third = new Uint8Array(BLOCKS * BLOCK).fill(0xab);
  await bench.stores[2]?.memory.write(0, third);
  const attackers = [
    { lun: 1, flags: ATTACH_READ | ATTACH_WRITE, pasid: 7 },
    { lun: 2, flags: ATTACH_READ, pasid: 8 },
  ].map((options) => {
    const lair = lairs.get(options.pasid);
    return lair && new Hostile(bench, lair, random, options);
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = random.below(6); i > 0; i--) {
      await attackers[random.below(2)]?.act();
    }
    trouble(bench, attackers, random);
    expect(await mirror.check(victim, random), note).to.equal(undefined);
    const events = await readEvents(victim.context);
    const seen = events.map(({ type, body }) => [type, body[2]]);
    expect(seen, note).to.deep.equal([[1, 2]]);
  }
  expect(victim.get('INTR_STATUS'), note).to.equal(0n);
  await settled();
  const disk = new Uint8Array(BLOCKS * BLOCK);
  await bench.stores[0]?.memory.read(0, disk);
  expect(Buffer.compare(disk, mirror.bytes), note).to.equal(0);
  await bench.stores[2]?.memory.read(0, disk);
  expect(Buffer.compare(disk, third), note).to.equal(0);
  for (const store of bench.stores) {
    store.letGo();
  }
  await settled();
  for (const attacker of attackers) {
    damage.halts += attacker?.record.halts ?? 0;
    damage.status |= attacker?.record.status ?? 0;
    damage.events += attacker?.record.events ?? 0;
    await attacker?.end();
  }
  damage.written += (bench.stores[1]?.memory.allocated ?? 0) > 0 ? 1 : 0;
  expect(bench.slice.used, note).to.equal(1);
  await bench.end(victim.context);
  expect([bench.slice.used, bench.tables.mapCount, bench.clock.pendingCount], note).to.deep.equal([
    0, 0, 0,
  ]);
  expect(
    bench.parent.disks.map(({ mode }) => mode),
    note,
  ).to.deep.equal([0, 0, 0]);
}

/** The attackers' disks hang, fail and come back, and so do their contexts. */
function trouble(bench: Bench, attackers: readonly (Hostile | undefined)[], random: Random): void {
  const which = random.below(2);
  const store = bench.stores[1 + which];
  switch (random.below(24)) {
    case 0:
    case 1:
      if (store !== undefined) {
        store.isHeld = true;
      }
      return;
    case 2:
    case 3:
    case 4:
      store?.letGo();
      return;
    case 5:
      store?.letGo(new Error('broken'));
      return;
    case 6:
      bench.clock.advance(random.below(500));
      return;
    case 7:
      if (attackers[which]?.context.isLive === true) {
        attackers[which].fail();
      }
      return;
    default:
  }
}

/** The memory of a hostile client, where its victim has its own in another space. */
function lairOf(space: AddressSpace): Lair & { readonly space: AddressSpace } {
  const memory = new Uint8Array(0x2_0000);
  const base = 0x10_0000;
  space.map({ iova: base, memory });
  return { base, memory, space };
}

describe('hostile contexts (own rule: who writes random registers, requests and rings hurts only itself)', () => {
  it(`cxlflash hostile: ${SEEDS * ROUNDS} rounds of two of them beside a context that checks its own data`, async () => {
    const damage: Damage = { halts: 0, status: 0, events: 0, written: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      await attack(seed, damage);
    }
    expect(damage.halts).to.be.greaterThan(5 * SEEDS);
    // CMDROOM, RCB_READ, SA_WRITE, RRQ_WRITE: everything that there is.
    expect(damage.status).to.equal(0x1e);
    expect(damage.events).to.be.greaterThan(SEEDS);
    expect(damage.written).to.equal(SEEDS);
  });
});
