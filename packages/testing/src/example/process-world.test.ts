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

function run(ending: string): readonly unknown[] {
  // Node.js 20 has no `await using` of its own, so the program is as a compiler would leave it.
  const text = program(ending).replaceAll('await using ', 'const ');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', text],
    { env: { ...process.env, FAULT_PLAN: JSON.stringify(plan) }, encoding: 'utf8' },
  );
  return [status, stdout, stderr];
}

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
});
