import { read32 } from '@mdevkit/core';
import { expect } from 'chai';
import { Random } from '../../random/index.js';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, live, useRandomly, type Life } from './support/index.js';

/** Something that a client or a host begins, at any time. */
type Move = (bench: Bench, life: Life) => Promise<unknown>;

const moves = {
  open: (bench, { uuid }) => bench.openAs(uuid),
  close: (_bench, { device }) => device.close(),
  reset: (_bench, { device }) => device.reset(),
  read: (_bench, { device }) => read32(device, 0, 0),
  map: (_bench, { device }) => device.dmaMap({ iova: 2 ** 40, memory: new Uint8Array(4096) }),
  unmap: (_bench, { device }) => device.dmaUnmap(0, 2 ** 20),
  control: (_bench, { device }) => device.control(),
  use: (_bench, { device }) => useRandomly(device, 61, 30),
  remove: ({ host }, { uuid }) => host.remove(uuid, 0),
  'ask-to-leave': ({ host }, { uuid }) => host.remove(uuid, 2000),
  surprise: ({ watch }, { uuid }) => watch.mdev(uuid).surpriseRemove(),
  parent: (bench) => bench.host.removeParent(bench.type.parent, 0),
  create: (bench) => bench.create(),
} as const satisfies Readonly<Record<string, Move>>;

type MoveName = keyof typeof moves;

const pairs: readonly (readonly [MoveName, MoveName])[] = [
  ['close', 'remove'],
  ['remove', 'close'],
  ['close', 'open'],
  ['reset', 'close'],
  ['close', 'reset'],
  ['reset', 'remove'],
  ['use', 'close'],
  ['use', 'remove'],
  ['use', 'reset'],
  ['use', 'surprise'],
  ['unmap', 'close'],
  ['map', 'remove'],
  ['remove', 'surprise'],
  ['ask-to-leave', 'parent'],
  ['open', 'remove'],
  ['remove', 'open'],
  ['read', 'surprise'],
  ['control', 'close'],
  ['control', 'remove'],
  ['create', 'parent'],
];

/** What a move that lost may be answered. */
const REFUSALS = [
  'done',
  'EBADF',
  'ENODEV',
  'EBUSY',
  'EAGAIN',
  'EINVAL',
  'EIO',
  'EUSERS',
  'EOPNOTSUPP',
];

/** Every move is over in bounded time and answered by a rule, and the next mdev works. */
async function play(bench: Bench, life: Life, names: readonly MoveName[]): Promise<void> {
  const begun = names.map((name) => codeOf(attempt(() => moves[name](bench, life))));
  const codes = await bench.within(names.join(' against '), Promise.all(begun));
  expect(REFUSALS, `${names.join(', ')} answered ${codes.join(', ')}`).to.include.members(codes);
  await bench.settle(10_000);
  await life.device.close();
  requirePaired(bench, life.uuid);
}

function attempt(run: () => Promise<unknown>): Promise<unknown> {
  return Promise.resolve().then(run);
}

/** The model has been closed as often as it was opened, and one time less while it is open. */
function requirePaired(bench: Bench, uuid: string): void {
  const opened = bench.watch
    .hooksOf(uuid, 'open')
    .filter(({ outcome }) => outcome === 'done').length;
  const closed = bench.watch.hooksOf(uuid, 'close').length;
  expect([opened - 1, opened], `closes of a model that was opened ${opened} times`).to.include(
    closed,
  );
}

async function requireNextWorks(bench: Bench): Promise<void> {
  const host = bench.host.parents.length > 0 ? bench.host : await bench.anotherHost();
  const type = host.types.find(({ id }) => id === (bench.options.type ?? id));
  if (type !== undefined && type.availableInstances > 0) {
    const { uuid } = await host.create({ parent: type.parent, type: type.id });
    const device = bench.own(await host.open(uuid));
    await useRandomly(device, 62, 20);
  }
}

const races: readonly ConformanceCheck[] = pairs.map(([first, second], index) => ({
  id: `race-${first}-${second}`,
  title: `${first} against ${second}, in use: both end, by a rule (own rule; vfio_main.c, vfio_device_fops_release)`,
  run: async (bench) => {
    const life = await live(bench, 0.2 + 0.035 * index);
    await play(bench, life, [first, second]);
    await requireNextWorks(bench);
  },
}));

const seeded: readonly ConformanceCheck[] = [71, 72, 73, 74, 75, 76].map((seed) => ({
  id: `race-seed-${seed}`,
  title: `moves in any order, begun before the last one has ended, seed ${seed} (own rule)`,
  run: async (bench) => {
    const random = new Random(seed);
    const names = Object.keys(moves).filter((name) => name !== 'parent') as MoveName[];
    for (let round = 0; round < 4 && bench.type.availableInstances > 0; round++) {
      const life = await live(bench, random.below(10) / 10);
      const chosen = Array.from(
        { length: 2 + random.below(4) },
        () => names[random.below(names.length)] ?? 'close',
      );
      await play(bench, life, chosen);
    }
    await requireNextWorks(bench);
  },
}));

/** Clients and hosts that do things at once. */
export const racing: ConformanceGroup = { name: 'races', checks: [...races, ...seeded] };
