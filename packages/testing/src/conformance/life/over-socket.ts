import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import { Random } from '../../random/index.js';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  codeOf,
  makeReady,
  requireFresh,
  requireSameAnswers,
  scribble,
  serve,
  takeBaseline,
  usedRegions,
  useRandomly,
  type RawPeer,
} from './support/index.js';

const PROTOCOL = 'vfio-user protocol specification';
const UUID = '4c1d8e52-97a3-4b60-8f2e-d5c4b3a29180';

/** A peer does what it likes and goes; the next client has a device that answers. */
async function outlives(bench: Bench, torment: (peer: RawPeer) => void): Promise<void> {
  const { uuid } = await bench.create();
  const { connect, peer } = await serve(bench, uuid);
  const hostile = peer();
  torment(hostile);
  await bench.settle();
  await hostile.close();
  await bench.settle();
  const device = await connect();
  expect(await codeOf(device.info())).to.equal('done');
  await makeReady(device);
  await scribble(device, 110, 20);
}

function garbage(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** Commands with fields that are likely to be looked at. */
function commands(peer: RawPeer, seed: number): void {
  const random = new Random(seed);
  peer.greet();
  for (let count = 0; count < 60; count++) {
    const words = Array.from({ length: random.below(12) }, () =>
      random.chance(0.7) ? random.below(64) : random.next(),
    );
    peer.command(1 + random.below(20), new Uint8Array(Uint32Array.from(words).buffer));
  }
}

const torments: readonly (readonly [
  id: string,
  title: string,
  torment: (peer: RawPeer) => void,
])[] = [
  ['silent', 'a peer that connects and goes', () => undefined],
  [
    'greets',
    'a peer that goes after VERSION',
    (peer) => {
      peer.greet();
    },
  ],
  [
    'half-header',
    'a peer that goes in the middle of a header',
    (peer) => {
      peer.say(new Uint8Array(7));
    },
  ],
  [
    'half-message',
    'a peer that goes in the middle of a message',
    (peer) => {
      peer.greet();
      peer.command(9, new Uint8Array(8), 64);
    },
  ],
  ...[0, 15, 0xffffffff].map(
    (size) =>
      [
        `size-${size}`,
        `a message that says that it has ${size} bytes`,
        (peer: RawPeer) => {
          peer.command(4, new Uint8Array(16), size);
        },
      ] as const,
  ),
  ...[111, 112].map(
    (seed) =>
      [
        `garbage-${seed}`,
        `bytes of any kind, seed ${seed}`,
        (peer: RawPeer) => {
          peer.say(garbage(new Random(seed), 2000));
        },
      ] as const,
  ),
  ...[113, 114, 115].map(
    (seed) =>
      [
        `commands-${seed}`,
        `commands of any content, seed ${seed}`,
        (peer: RawPeer) => {
          commands(peer, seed);
        },
      ] as const,
  ),
];

/** The same mdev in two hosts: in process in one, over a socket in the other. */
async function bothWays<T>(
  bench: Bench,
  script: (device: Device) => Promise<T>,
): Promise<readonly [near: T, far: T]> {
  const { parent, id: type } = bench.type;
  const other = await bench.anotherHost();
  await other.create({ parent, type, uuid: UUID });
  const near = await script(bench.own(await other.open(UUID)));
  await bench.host.create({ parent, type, uuid: UUID });
  const { connect } = await serve(bench, UUID);
  return [near, await script(await connect())];
}

const same: readonly ConformanceCheck[] = [
  {
    id: 'socket-same-infos',
    title: `regions and interrupts are the same in process and over vfio-user (own rule: one device contract; ${PROTOCOL})`,
    run: async (bench) => {
      const [near, far] = await bothWays(bench, async (device) => [
        await device.info(),
        // What can be mapped is another question: memory without a descriptor cannot be, elsewhere.
        (await usedRegions(device)).map((region) => ({ ...region, areas: [] })),
      ]);
      expect(far).to.deep.equal(near);
    },
  },
  ...[121, 122, 123].map((seed) => ({
    id: `socket-same-answers-${seed}`,
    title: `a client is answered the same in process and over vfio-user, seed ${seed} (own rule: one device contract)`,
    run: async (bench: Bench) => {
      const { uuid, changing } = await takeBaseline(bench);
      await bench.host.remove(uuid, 0);
      const [near, far] = await bothWays(bench, (device) => scribble(device, seed, 80));
      requireSameAnswers(far, near, changing);
    },
  })),
];

const life: readonly ConformanceCheck[] = [
  {
    id: 'socket-removal',
    title: `an mdev that is removed takes its session along (${PROTOCOL})`,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const device = await (await serve(bench, uuid)).connect();
      await useRandomly(device, 131, 20);
      await bench.within('the removal', bench.host.remove(uuid, 0));
      await bench.settle(1000);
      expect(await codeOf(device.info())).not.to.equal('done');
    },
  },
  {
    id: 'socket-drop',
    title: `a client that goes in use leaves a device that the next one can use (${PROTOCOL})`,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const { connect } = await serve(bench, uuid);
      for (let client = 0; client < 3; client++) {
        const device = await connect();
        await makeReady(device);
        await scribble(device, 132 + client, 30);
        await device.close();
        await bench.settle();
      }
      expect(await codeOf((await connect()).info())).to.equal('done');
    },
  },
  {
    id: 'socket-ends',
    title: `when the server ends the device is closed, and fresh for the next open (${PROTOCOL})`,
    run: async (bench) => {
      const baseline = await takeBaseline(bench);
      const { server, connect } = await serve(bench, baseline.uuid);
      const device = await connect();
      await makeReady(device);
      await scribble(device, 135, 60);
      await bench.within('the end of the server', server.close());
      await bench.settle(1000);
      const again = await bench.openAs(baseline.uuid);
      await requireFresh(bench, again, baseline, 'after its server has ended');
    },
  },
];

/** Clients on a socket, of both kinds. */
export const overSocket: ConformanceGroup = {
  name: 'over vfio-user',
  checks: [
    ...same,
    ...torments.map(([id, title, torment]) => ({
      id: `socket-${id}`,
      title: `${title}: the next client has the device (own rule: no client can keep what is not its own)`,
      run: (bench: Bench) => outlives(bench, torment),
    })),
    ...life,
  ],
};
