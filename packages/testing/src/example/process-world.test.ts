import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const plan = {
  seed: 1,
  rules: [{ at: 'irq', when: { nth: 1 }, do: { fault: 'drop' } }],
};

/** A program whose device rings as soon as its client asks for it; then it goes on as `ending` says. */
function program(ending: string): string {
  const here = new URL('./run-example.js', import.meta.url).href;
  const core = import.meta.resolve('@mdevkit/core');
  return `
    import { runExample } from '${here}';
    import * as core from '${core}';
    const layout = core.registerLayout('r', 4, [{ name: 'R', offset: 0, width: 4, access: 'rw' }]);
    const driver = core.defineDriver({
      name: 'bell',
      deviceApi: 'vfio-platform',
      types: [{ id: 'one' }],
      parents: [{ name: 'bell0', capacity: 1 }],
      model: ({ irqs }) => ({
        deviceApi: 'vfio-platform',
        regions: [core.registerRegion('r', layout.instantiate({ R: { write: () => irqs.trigger(0) } }))],
        irqs: [{ kind: 'message', name: 'bell', count: 1, resizable: false }],
      }),
    });
    process.exitCode = await runExample(async (print, options) => {
      await using host = new core.MdevHost(options);
      await host.load(driver);
      const { uuid } = await host.create({ parent: 'bell0', type: 'bell-one' });
      await using device = await host.open(uuid);
      const rung = new Promise((resolve) => {
        void core.bindIrqs(device, 0, [core.irqCallback(resolve)]);
      });
      await core.write32(device, 0, 0, 1);
      print('waiting');
      ${ending}
      await rung;
    });`;
}

/** `fault` is the plan; DIAGNOSE alone is none. */
function run(ending: string, env: NodeJS.ProcessEnv = planned): readonly [unknown, string, string] {
  // Node.js 20 has no `await using` of its own, so the program is as a compiler would leave it.
  const text = program(ending).replaceAll('await using ', 'const ');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', text],
    // One that does not end by itself is killed, and has no status then.
    { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 15_000 },
  );
  return [status, stdout, stderr];
}

const planned = { FAULT_PLAN: JSON.stringify(plan) };

const injected = 'fault: rule 0: drop at irq 1 of bell-one#1\n';

describe('runExample in a process (docs/reference/fault-plans.md)', () => {
  it('row: exit 1: a program that waits for a lost interrupt ends (Node.js, beforeExit)', () => {
    expect(run('')).to.deep.equal([
      1,
      'waiting\n',
      `${injected}still waiting: nothing is left to do\n`,
    ]);
  });

  it('row: exit 1: a timer that throws ends it, too (Node.js, uncaughtException)', () => {
    expect(run("setTimeout(() => { throw new RangeError('late'); });")).to.deep.equal([
      1,
      'waiting\n',
      `${injected}late\n`,
    ]);
  });

  it('row: exit 1: the first failure is the last line, though the program goes on and fails again', () => {
    const ending = `
      for (const what of ['first', 'second']) { void Promise.reject(new RangeError(what)); }
      setImmediate(() => { throw new RangeError('third'); });`;
    expect(run(ending)).to.deep.equal([1, 'waiting\n', `${injected}first\n`]);
  });

  it('row: exit 1: whatever is still open (Node.js, process.exit)', () => {
    const open = "(await import('node:net')).createServer().listen(0);";
    for (const [ending, last] of [
      [`${open} setImmediate(() => { throw new RangeError('late'); });`, 'late'],
      [`${open} throw new RangeError('at once');`, 'at once'],
    ] as const) {
      expect(run(ending)).to.deep.equal([1, 'waiting\n', `${injected}${last}\n`]);
    }
  });

  it('row: exit 1: what fails when the program has ended', () => {
    const ending = "setImmediate(() => { throw new RangeError('late'); }); return;";
    expect(run(ending)).to.deep.equal([1, 'waiting\n', `${injected}late\n`]);
  });

  it('a failure without a fault keeps its stack, with diagnostics too (docs/reference/diagnostics.md)', () => {
    for (const ending of [
      "throw new TypeError('own');",
      "setImmediate(() => { throw new TypeError('own'); }); setInterval(() => undefined, 1000);",
    ]) {
      const [status, , stderr] = run(ending, { DIAGNOSE: '1' });
      expect(status).to.equal(1);
      expect(stderr).to.match(/spins: none\n[^]*TypeError: own\n +at /);
    }
  });
});
