import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  bindAll,
  both,
  canReset,
  codeOf,
  differences,
  doWork,
  fillMemory,
  fillRegisters,
  LENT_BYTES,
  live,
  makeReady,
  needsRoom,
  playRegisters,
  registersOf,
  requireSameAnswers,
  requireSameRegisters,
  scribble,
  takeChanging,
  takeSnapshot,
  useRandomly,
  writeRegister,
} from './support/index.js';

const ISOLATION = 'Documentation/driver-api/vfio-mediated-device.rst';
const UUID = '7e2f9a40-31b5-4c8d-8e6a-90d1c2b3a4f5';

/** Whatever becomes of one mdev, its neighbour reads as before and works. */
async function undisturbed(
  bench: Bench,
  disturb: (device: Device, uuid: string) => Promise<unknown>,
): Promise<void> {
  const { uuid: neighbour } = await bench.create();
  const quiet = await bench.openAs(neighbour);
  // What it is to keep: not what any reset would leave.
  await fillRegisters(quiet, 0x5a);
  await fillMemory(quiet, 0x5a);
  await bench.settle(10_000);
  const { uuid } = await bench.create();
  const { first, changing } = await takeChanging(bench, quiet);
  const device = await bench.openAs(uuid);
  await disturb(device, uuid);
  await bench.settle(1000);
  const { inner } = bench.watch.mdev(neighbour);
  const found = differences(first, await takeSnapshot(quiet), inner, changing);
  if (found.length > 0) {
    throw new Error(`what another mdev did shows in this one: ${found.slice(0, 4).join(', ')}`);
  }
  await useRandomly(quiet, 50);
}

async function needsRegisters(bench: Bench): Promise<string | undefined> {
  const { uuid } = await bench.create();
  const device = await bench.host.open(uuid);
  const registers = await registersOf(bench, uuid, device);
  await device.close();
  await bench.host.remove(uuid, 0);
  return registers.some(({ writable }) => writable) ? undefined : 'no register that it names';
}

type Disturb = (bench: Bench, device: Device, uuid: string) => Promise<unknown>;

const disturbances: readonly (readonly [id: string, title: string, disturb: Disturb])[] = [
  ['used-1', 'random use of another, seed 51', (_bench, device) => useRandomly(device, 51, 150)],
  ['used-2', 'random use of another, seed 52', (_bench, device) => useRandomly(device, 52, 150)],
  ['filled', '0xff everywhere in another', (_bench, device) => fillRegisters(device, 0xff)],
  ['filled-1', '0x01 everywhere in another', (_bench, device) => fillRegisters(device, 1)],
  ['memory', 'filling the memory of another', (_bench, device) => fillMemory(device, 0xa5)],
  [
    'reset',
    'a reset of another',
    async (_bench, device) => {
      await fillRegisters(device, 0xa5);
      return codeOf(device.reset());
    },
  ],
  ['close', 'the close of another', (_bench, device) => device.close()],
  ['removal', 'the removal of another', (bench, _device, uuid) => bench.host.remove(uuid, 0)],
  [
    'surprise',
    'another that is pulled out in use',
    async (bench, device, uuid) => {
      await useRandomly(device, 53, 30);
      await bench.watch.mdev(uuid).surpriseRemove();
    },
  ],
];

const others: readonly ConformanceCheck[] = [
  {
    id: 'isolation-irqs',
    title: `interrupts of one mdev do not reach the client of another (${ISOLATION})`,
    without: needsRoom(2),
    run: async (bench) => {
      const quiet = await bench.open();
      await makeReady(quiet);
      const rung = await bindAll(quiet);
      const busy = await bench.open();
      await (doWork(bench, busy) ?? useRandomly(busy, 54, 150));
      await bench.settle(10_000);
      expect(rung.total, 'interrupts that came to the other client').to.equal(0);
    },
  },
  {
    id: 'isolation-dma',
    title: `one mdev does not reach the memory that the client of another lends (${ISOLATION})`,
    without: needsRoom(2),
    run: async (bench) => {
      const memory = new Uint8Array(LENT_BYTES).fill(0x5a);
      const quiet = await bench.open();
      await quiet.dmaMap({ iova: 0, memory });
      const busy = await bench.open();
      await (doWork(bench, busy) ?? useRandomly(busy, 55, 150));
      await bench.settle(10_000);
      expect(
        memory.findIndex((byte) => byte !== 0x5a),
        'the first byte written',
      ).to.equal(-1);
    },
  },
  {
    id: 'isolation-events',
    title: `events of one mdev do not reach the client of another (${ISOLATION})`,
    without: needsRoom(2),
    run: async (bench) => {
      const quiet = await bench.open();
      const events = quiet.events();
      const busy = await bench.open();
      await makeReady(busy);
      await scribble(busy, 56, 150);
      await bench.settle(1000);
      await quiet.close();
      expect((await events.next()).done, 'no event before the end').to.equal(true);
    },
  },
  {
    id: 'isolation-answers',
    title: 'a client is answered the same whether another mdev is busy or not (own rule)',
    without: needsRoom(2),
    run: async (bench) => {
      const { parent, id: type } = bench.type;
      const alone = await bench.anotherHost();
      await alone.create({ parent, type, uuid: UUID });
      const first = bench.own(await alone.open(UUID));
      const { changing } = await takeChanging(bench, first);
      const expected = await useRandomly(first, 57);
      await bench.host.create({ parent, type, uuid: UUID });
      const device = await bench.openAs(UUID);
      await takeChanging(bench, device);
      const busy = await bench.open();
      const working = useRandomly(busy, 58, 200);
      const { answers } = await useRandomly(device, 57);
      await working;
      requireSameAnswers(answers, expected.answers, changing);
    },
  },
  {
    id: 'isolation-registers',
    title: 'every register answers the same whether another mdev is written to or not (own rule)',
    without: both(needsRoom(2), needsRegisters),
    run: async (bench) => {
      const { parent, type } = { parent: bench.type.parent, type: bench.type.id };
      const alone = await bench.anotherHost();
      await alone.create({ parent, type, uuid: UUID });
      const first = bench.own(await alone.open(UUID));
      const expected = await playRegisters(bench, UUID, first);
      const { uuid } = await bench.create();
      const busy = await bench.openAs(uuid);
      await makeReady(busy);
      await bench.host.create({ parent, type, uuid: UUID });
      const answers = await playRegisters(
        bench,
        UUID,
        await bench.openAs(UUID),
        async (written, value) => {
          await writeRegister(busy, written, value ^ 0xff);
          await writeRegister(busy, written, 0xff);
        },
      );
      requireSameRegisters(answers, expected);
    },
  },
  {
    id: 'isolation-hosts',
    title:
      'every register answers the same in every host, as long as time stands still (own rule: one clock for all)',
    without: needsRegisters,
    run: async (bench) => {
      const { parent, type } = { parent: bench.type.parent, type: bench.type.id };
      const told: (readonly string[])[] = [];
      for (const host of [bench.host, await bench.anotherHost()]) {
        await host.create({ parent, type, uuid: UUID });
        const device = bench.own(await host.open(UUID));
        told.push(await playRegisters(bench, UUID, device));
      }
      requireSameRegisters(told[1] ?? [], told[0] ?? []);
    },
  },
  {
    id: 'isolation-both-reset',
    title: `two mdevs are reset at once (${ISOLATION})`,
    without: needsRoom(2),
    run: async (bench) => {
      const devices = [(await live(bench, 0.4)).device, (await live(bench, 0.4)).device];
      const [device] = devices;
      const expected = device !== undefined && (await canReset(device)) ? 'done' : 'EINVAL';
      const codes = await Promise.all(devices.map((each) => codeOf(each.reset())));
      expect(codes).to.deep.equal([expected, expected]);
    },
  },
  {
    id: 'isolation-work',
    title: `two mdevs work at once, and both finish (${ISOLATION})`,
    without: (bench) => (bench.options.work === undefined ? 'no work given' : needsRoom(2)(bench)),
    run: async (bench) => {
      const devices = [await bench.open(), await bench.open()];
      const work = Promise.all(devices.map((device) => Promise.resolve(doWork(bench, device))));
      await bench.within('the work of two mdevs', work);
    },
  },
];

/** Mdevs of one parent know nothing of each other. */
export const isolation: ConformanceGroup = {
  name: 'isolation of two mdevs',
  checks: [
    ...disturbances.map(([id, title, disturb]) => ({
      id: `isolation-${id}`,
      title: `${title} does not show in an mdev (${ISOLATION})`,
      without: needsRoom(2),
      run: (bench: Bench) => undisturbed(bench, (device, uuid) => disturb(bench, device, uuid)),
    })),
    ...others,
  ],
};
