import { createHook } from 'node:async_hooks';
import { expect } from 'chai';
import { describeCalls } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  codeOf,
  doWork,
  live,
  makeReady,
  requireFresh,
  takeBaseline,
  useRandomly,
} from './support/index.js';

const checks: readonly ConformanceCheck[] = [
  {
    id: 'time-of-host',
    title:
      'a device has no timers but those of the clock that it is given (own rule: one clock for all)',
    run: async (bench) => {
      let timers = 0;
      const hook = createHook({
        init: (_id, type) => {
          timers += type === 'Timeout' ? 1 : 0;
        },
      }).enable();
      try {
        const device = await bench.open();
        await (doWork(bench, device) ?? useRandomly(device, 101, 150));
        await bench.settle(10_000);
        await device.close();
      } finally {
        hook.disable();
      }
      expect(timers, 'timers of the platform').to.equal(0);
    },
  },
  {
    id: 'time-stands',
    title:
      'a device that is closed while time stands still is closed (own rule: a close waits for no timer)',
    run: async (bench) => {
      const { device } = await live(bench, 0.8);
      const before = bench.clock.now();
      await device.close();
      expect(bench.clock.now() - before, 'milliseconds that the close took').to.be.lessThan(4200);
    },
  },
  {
    id: 'time-jump',
    title: 'a device stands an hour in one step (own rule)',
    run: async (bench) => {
      const { device, work } = await live(bench, 0.6);
      bench.advance(3_600_000);
      await bench.within('the work', work);
      expect(await codeOf(device.info())).to.equal('done');
    },
  },
  {
    id: 'time-idle',
    title: 'an open device that nobody uses does not collect timers (own rule)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      await makeReady(await bench.openAs(uuid));
      await bench.settle(1000);
      const before = bench.watch.mdev(uuid).timers.size;
      await bench.settle(600_000);
      expect(bench.watch.mdev(uuid).timers.size).to.be.lessThanOrEqual(before);
    },
  },
  {
    id: 'time-between',
    title: 'an hour between two clients changes nothing (own rule)',
    run: async (bench) => {
      const baseline = await takeBaseline(bench);
      bench.watch.forget();
      await bench.settle(3_600_000);
      const calls = bench.watch.callsOf(baseline.uuid);
      expect(calls, describeCalls(calls)).to.have.length(0);
      const device = await bench.openAs(baseline.uuid);
      await requireFresh(bench, device, baseline, 'an hour later');
    },
  },
  {
    id: 'log-quiet',
    title: 'a device that does its work says nothing is wrong (own rule)',
    run: async (bench) => {
      const device = await bench.open();
      await (doWork(bench, device) ?? makeReady(device));
      await bench.settle(1000);
      await device.close();
      const lines = bench.log.filter(({ level }) => level === 'error' || level === 'warn');
      expect(lines.map(({ message }) => message)).to.deep.equal([]);
    },
  },
  {
    id: 'log-bounded',
    title: 'a client cannot fill the log: less than a line for each access (own rule)',
    run: async (bench) => {
      const device = await bench.open();
      const { answers } = await useRandomly(device, 102, 200);
      const lines = bench.log.filter(({ level }) => level !== 'debug');
      expect(lines.length).to.be.lessThan(Math.max(20, answers.length));
    },
  },
  {
    id: 'events-known',
    title: 'a device reports events of the kinds that are its own (own rule: DeviceEvent)',
    run: async (bench) => {
      const device = await bench.open();
      await useRandomly(device, 103, 150);
      await bench.settle(1000);
      const reports = bench.watch.calls.filter(({ service }) => service === 'events');
      const kinds = [...new Set(reports.map(({ detail }) => detail))];
      expect(['fault', 'error']).to.include.members(kinds);
    },
  },
];

/** What a driver takes from its host: time, and a place to say what is wrong. */
export const timeAndLog: ConformanceGroup = { name: 'time and log', checks: [...checks] };
