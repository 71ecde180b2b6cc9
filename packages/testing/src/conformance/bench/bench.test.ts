import { toDisposable, type MdevHostOptions } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ConformanceCheck } from '../check.js';
import { engineHosts, engineWork } from '../life/specimen.test-support.js';
import { runCheck } from '../run-check.js';
import { Bench } from './bench.js';

const RULE = 'own rule: no check may hang, and nothing may be left';

function check(
  run: ConformanceCheck['run'],
  without?: ConformanceCheck['without'],
): ConformanceCheck {
  return { id: 'planted', title: 'planted', run, ...(without && { without }) };
}

async function errorOf(run: ConformanceCheck['run']): Promise<string> {
  const outcome = await runCheck(check(run), engineHosts(), engineWork);
  return outcome.result === 'failed' ? String(outcome.error) : outcome.result;
}

describe(`a bench (${RULE})`, () => {
  it('ends a check that never ends, and says so', async () => {
    expect(await errorOf(() => new Promise(() => undefined))).to.contain('planted does not end');
  });

  it('moves time on for what waits for it', async () => {
    const error = await errorOf(
      ({ clock }) => new Promise((resolve) => void clock.schedule(20_000, resolve)),
    );
    expect(error).to.equal('passed');
  });

  it('is patient with a check that lets things settle, and does not move time on for it', async () => {
    const error = await errorOf(async (bench) => {
      for (let count = 0; count < 500; count++) {
        await bench.settle();
      }
      expect(bench.clock.now()).to.equal(0);
    });
    expect(error).to.equal('passed');
  });

  it('finds disposables, timers and rejections that are left, and releases them', async () => {
    const left = await errorOf(() => Promise.resolve(void toDisposable(() => undefined)));
    expect(left).to.contain('there are left: a disposable (1)');
    const timer = await errorOf(({ clock }) =>
      Promise.resolve(void clock.schedule(5, () => undefined)),
    );
    expect(timer).to.contain('there are left');
    const rejected = await errorOf(() => {
      void Promise.reject(new Error('unheard'));
      return Promise.resolve();
    });
    expect(rejected).to.contain('unheard');
  });

  it('skips a check that does not apply, and says why', async () => {
    const never = check(
      () => Promise.reject(new Error('it ran')),
      () => 'no such thing',
    );
    const outcome = await runCheck(never, engineHosts());
    expect(outcome).to.deep.equal({ result: 'skipped', why: 'no such thing' });
  });

  it('keeps what a timer throws, and goes on with the time', async () => {
    const bench = await Bench.start(engineHosts());
    bench.clock.schedule(5, () => {
      throw new RangeError('late');
    });
    bench.advance(10);
    expect([bench.clock.now(), String(bench.strayErrors[0])]).to.deep.equal([
      10,
      'RangeError: late',
    ]);
    await bench[Symbol.asyncDispose]();
    expect(() => {
      bench.requireNothingLeft();
    }).to.throw('nobody catches');
  });

  it('knows the phase of every call of a model', async () => {
    await using bench = await Bench.start(engineHosts(), engineWork);
    const { uuid } = await bench.create();
    expect(bench.watch.mdev(uuid).phase).to.equal('made');
    const device = await bench.openAs(uuid);
    await engineWork.work?.(device, (milliseconds) => {
      bench.advance(milliseconds);
    });
    expect(new Set(bench.watch.callsOf(uuid).map(({ phase }) => phase))).to.deep.equal(
      new Set(['open']),
    );
    await device.close();
    expect(bench.watch.mdev(uuid).phase).to.equal('closed');
    await bench.host.remove(uuid, 0);
    expect(bench.watch.mdev(uuid).phase).to.equal('gone');
  });

  it('says that a host does not pass the interposers on', async () => {
    const makeHost = engineHosts();
    await using bench = await Bench.start((options: MdevHostOptions) =>
      makeHost({ ...options, interposers: [] }),
    );
    const { uuid } = await bench.create();
    expect(() => bench.watch.mdev(uuid)).to.throw('does not pass the interposers');
  });
});
