import { inspect } from 'node:util';
import { read32 } from '@mdevkit/core';
import { expect } from 'chai';
import { describeCalls, type Bench, type ServiceCall } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, endings, live, useRandomly, type Ending, type Life } from './support/index.js';

/** Long enough for every timer of a device that was not cancelled. */
const LONG_MS = 120_000;

/** What must hold after any of the endings. */
interface Aftermath {
  readonly id: string;
  readonly title: string;
  /** How much of its work is done when the end comes, 0 .. 1; each rule meets another moment. */
  readonly share: number;
  /** Whether the client goes on using the device while it ends; without it, only what it has begun goes on. */
  readonly goesOn?: boolean;
  readonly holds: (bench: Bench, life: Life, ending: Ending) => Promise<void>;
}

async function silence(
  bench: Bench,
  { uuid }: Life,
  isWrong: (call: ServiceCall) => boolean,
): Promise<void> {
  await bench.settle(LONG_MS);
  const wrong = bench.watch.callsOf(uuid).filter(isWrong);
  expect(wrong, `the device still did: ${describeCalls(wrong)}`).to.have.length(0);
}

const aftermaths: readonly Aftermath[] = [
  {
    id: 'dma',
    title: 'no DMA',
    share: 0.6,
    holds: (bench, life) => silence(bench, life, ({ service }) => service === 'dma'),
  },
  {
    id: 'irqs',
    title: 'no interrupt is raised',
    share: 0.45,
    holds: (bench, life) => silence(bench, life, ({ service }) => service === 'irqs'),
  },
  {
    id: 'events',
    title: 'no event is reported',
    share: 0.55,
    holds: (bench, life) => silence(bench, life, ({ service }) => service === 'events'),
  },
  {
    id: 'timers',
    title: 'no timer of the device is left',
    share: 0.35,
    holds: async (bench, { uuid }) => {
      await bench.settle();
      const { size } = bench.watch.mdev(uuid).timers;
      expect(size, 'timers that the device has scheduled and not cancelled').to.equal(0);
      await silence(bench, { uuid } as Life, ({ service }) => service === 'clock');
    },
  },
  {
    id: 'answers',
    title: 'the calls of the client are refused',
    share: 0.2,
    goesOn: true,
    holds: async (_bench, { device }, { code }) => {
      const memory = new Uint8Array(4096);
      const codes = [
        await codeOf(device.info()),
        await codeOf(read32(device, 0, 0)),
        await codeOf(device.dmaMap({ iova: 2 ** 40, memory })),
        await codeOf(device.reset()),
        await codeOf(device.irqInfo(0)),
        await codeOf(device.migrationState()),
        await codeOf(device.control()),
      ];
      expect(codes).to.deep.equal(codes.map(() => code));
      expect(await codeOf(device.close())).to.equal('done');
    },
  },
  {
    id: 'hooks',
    title: 'the model was closed once for each open',
    share: 0.3,
    goesOn: true,
    holds: async (bench, { uuid }) => {
      await bench.settle();
      const opened = bench.watch.hooksOf(uuid, 'open').filter(({ outcome }) => outcome === 'done');
      const closed = bench.watch.hooksOf(uuid, 'close');
      expect(closed.length, 'closes of the model').to.equal(opened.length);
      const open = closed.filter(({ outcome }) => outcome === 'begun');
      expect(open.length, 'closes that the model does not end').to.equal(0);
    },
  },
  {
    id: 'clean',
    title: 'nothing has failed on the way',
    share: 0.7,
    goesOn: true,
    holds: async (bench) => {
      await bench.settle(LONG_MS);
      const errors = bench.log.filter(({ level }) => level === 'error');
      const [first] = errors;
      const told = `${first?.message ?? ''} ${inspect(first?.fields['error'])}`;
      expect(errors.length, `errors in the log: ${told}`).to.equal(0);
      expect(bench.strayErrors.map(String), 'errors that nobody catches').to.deep.equal([]);
    },
  },
  {
    id: 'again',
    title: 'the next client finds a device that works',
    share: 0.5,
    goesOn: true,
    holds: async (bench, { uuid, device: lost }, { leaves }) => {
      // Its share of the parent returns when the client has let go, too.
      await lost.close();
      const host = leaves === 'nothing' ? await bench.anotherHost() : bench.host;
      const { parent, id: type } =
        host.types.find(({ id }) => id === (bench.options.type ?? id)) ?? bench.type;
      const next = leaves === 'mdev' ? uuid : (await host.create({ parent, type })).uuid;
      const device = bench.own(await host.open(next));
      await useRandomly(device, 17);
      await bench.settle(1000);
      expect(await codeOf(device.info())).to.equal('done');
    },
  },
];

function checkOf(ending: Ending, aftermath: Aftermath): ConformanceCheck {
  return {
    id: `after-${ending.id}-${aftermath.id}`,
    title: `after ${ending.title}, ${aftermath.title} (${ending.source})`,
    run: async (bench) => {
      const life = await live(bench, aftermath.share);
      if (aftermath.goesOn !== true) {
        life.letGo();
      }
      const ended = ending.end(bench, life).then(() => {
        bench.watch.forget();
      });
      await bench.within(ending.title, ended);
      await aftermath.holds(bench, life, ending);
    },
  };
}

/** Every way to lose a device, by every trace that it must not leave. */
export const afterEndings: ConformanceGroup = {
  name: 'after the end of a client, an mdev or a parent',
  checks: endings.flatMap((ending) => aftermaths.map((aftermath) => checkOf(ending, aftermath))),
};
