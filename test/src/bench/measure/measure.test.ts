import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  alone,
  asRate,
  LeftOut,
  MACHINE_LOOP,
  MachineLoop,
  ofRuns,
  quantile,
  runAll,
  runBenchmark,
  type Measurement,
} from './index.js';
import { measurementOf } from './measurement.test-support.js';

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('measurements (own rule)', () => {
  it('a quantile is the value of the nearest rank', () => {
    expect([0, 0.2, 0.5, 0.99, 1].map((q) => quantile([50, 10, 40, 20, 30], q))).to.deep.equal([
      10, 10, 30, 50, 50,
    ]);
    expect(quantile([], 0.5)).to.be.NaN;
  });

  it('the tail of times and sizes is their long end, that of rates their slow one', () => {
    const runs = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(ofRuns('a', 'ns', runs)).to.include({ median: 50, p99: 99, n: 100 });
    expect(ofRuns('a', '/s', runs)).to.include({ median: 50, p99: 1, n: 100 });
  });

  it('times of so many bytes become rates, and so do their baselines', () => {
    const timed = measurementOf('a', { median: 1000, p99: 2000, baseline: 500, ratio: 2 });
    expect(asRate(timed, 4096)).to.deep.equal({
      ...timed,
      unit: '/s',
      median: 4.096e9,
      p99: 2.048e9,
      baseline: 8.192e9,
      ratio: 0.5,
    });
    expect(asRate(measurementOf('a'), 1)).to.include({ baseline: null, ratio: null });
  });
});

describe('running a benchmark (own rule)', () => {
  const benchmark = (
    run: () => Promise<readonly Measurement[]>,
  ): Parameters<typeof runBenchmark>[0] => ({
    name: 'pair',
    measures: ['pair.b', 'pair.a'].map(alone),
    run,
  });

  it('gives what was measured, in its order', async () => {
    const results = [measurementOf('pair.a'), measurementOf('pair.b')];
    const outcome = await runBenchmark(benchmark(() => Promise.resolve(results)));
    expect(outcome.results).to.equal(results);
    expect(outcome.leftOut).to.equal(undefined);
  });

  it('fails when a measure is missing, is too many, or comes twice', async () => {
    for (const names of [['pair.a'], ['pair.a', 'pair.b', 'pair.c'], ['pair.a', 'pair.a']]) {
      const run = benchmark(() => Promise.resolve(names.map((name) => measurementOf(name))));
      expect(await messageOf(runBenchmark(run))).to.equal(
        `pair measured ${names.join(', ')}; it declares pair.a, pair.b`,
      );
    }
  });

  it('fails when a tail is at the wrong end: the far end of a rate is the slow one', async () => {
    const tail = (unit: Measurement['unit'], p99: number): Promise<string> =>
      messageOf(
        runBenchmark({
          name: 'one',
          measures: [alone('one')],
          run: () => Promise.resolve([measurementOf('one', { unit, p99 })]),
        }),
      );
    expect(await tail('/s', 90)).to.equal('none');
    expect(await tail('ns', 110)).to.equal('none');
    const wrong = /one has its p99 \(\d+\) at the wrong end of its median \(100\)/;
    expect(await tail('/s', 110)).to.match(wrong);
    expect(await tail('ns', 90)).to.match(wrong);
    expect(await tail('B', 90)).to.match(wrong);
  });

  it('is left out with its reason; any other error stays an error', async () => {
    const { leftOut, results } = await runBenchmark(
      benchmark(() => Promise.reject(new LeftOut('no guest'))),
    );
    expect([leftOut, results]).to.deep.equal(['no guest', []]);
    const broken = benchmark(() => Promise.reject(new Error('broken')));
    expect(await messageOf(runBenchmark(broken))).to.equal('broken');
  });
});

describe('the guard of a run (own rule)', () => {
  it('is visited before, between and after all benchmarks, and comes first', async () => {
    const told: string[] = [];
    const one = (name: string): Parameters<typeof runBenchmark>[0] => ({
      name,
      measures: [alone(name)],
      run: () => {
        told.push(name);
        return Promise.resolve([measurementOf(name)]);
      },
    });
    const guard = { ...one('guard'), visit: () => void told.push('visit') };
    const outcomes = await runAll([one('a'), one('b')], guard, {
      begins: ({ name }) => void told.push(`begin ${name}`),
      ended: ({ benchmark: { name } }) => {
        told.push(`end ${name}`);
        return Promise.resolve();
      },
    });
    const around = (name: string): string[] => [`begin ${name}`, name, `end ${name}`, 'visit'];
    expect(told).to.deep.equal(['visit', ...around('a'), ...around('b'), 'guard']);
    const names = outcomes.flatMap(({ results }) => results.map(({ name }) => name));
    expect(names).to.deep.equal(['guard', 'a', 'b']);
  });

  it('measures a loop that takes time, in more runs with each visit', async () => {
    const loop = new MachineLoop();
    loop.visit();
    const [first] = (await runBenchmark(loop)).results;
    loop.visit();
    const [second] = (await runBenchmark(loop)).results;
    expect(first).to.include({ name: MACHINE_LOOP, unit: 'ns', baseline: null, ratio: null });
    expect(first?.median).to.be.above(0);
    expect(second?.n).to.equal(2 * (first?.n ?? 0));
  });
});
