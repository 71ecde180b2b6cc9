import { defineDriver, MdevHost, registerRegion, registerLayout, read32 } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ExampleWorld } from './example-world.js';
import { runExample, type ExampleMain } from './run-example.js';

const registers = registerLayout('one', 4, [{ name: 'R', offset: 0, width: 4, access: 'rw' }]);
const driver = defineDriver({
  name: 'one',
  deviceApi: 'vfio-platform',
  types: [{ id: 'a' }],
  parents: [{ name: 'one0', capacity: 1 }],
  model: () => ({
    deviceApi: 'vfio-platform',
    regions: [registerRegion('r', registers.instantiate())],
    irqs: [],
  }),
});

const main: ExampleMain = async (print, options) => {
  await using host = new MdevHost(options);
  await host.load(driver);
  const { uuid } = await host.create({ parent: 'one0', type: 'one-a' });
  await using device = await host.open(uuid);
  print(`R is ${await read32(device, 0, 0)}`);
};

const never: ExampleMain = async (print, options) => {
  await main(print, options);
  await new Promise(() => undefined);
};

/** A process that is not there. Its lines are in `said`; `idle` and `uncaught` are what it calls back. */
class TestWorld implements ExampleWorld {
  readonly said: string[] = [];
  readonly env: NodeJS.ProcessEnv;
  readonly print = (line: string): void => void this.said.push(line);
  readonly warn = (line: string): void => void this.said.push(`! ${line}`);
  idle = (): void => undefined;
  uncaught: (error: unknown) => void = () => undefined;
  listeners = 0;
  readonly exits: number[] = [];

  constructor(env: NodeJS.ProcessEnv = {}) {
    this.env = env;
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  onIdle(listener: () => void): Disposable {
    this.idle = listener;
    return this.#listening();
  }

  onUncaught(listener: (error: unknown) => void): Disposable {
    this.uncaught = listener;
    return this.#listening();
  }

  #listening(): Disposable {
    this.listeners += 1;
    return { [Symbol.dispose]: () => void (this.listeners -= 1) };
  }
}

function planned(fault: object, at = 'client.read'): TestWorld {
  const plan = { seed: 1, rules: [{ at, when: { nth: 1 }, do: fault }] };
  return new TestWorld({ FAULT_PLAN: JSON.stringify(plan) });
}

const jump = { fault: 'clock-jump', ms: 1 };

describe('runExample: FAULT_PLAN (own rule; docs/reference/fault-plans.md)', () => {
  it('without a plan it is as if main had been called', async () => {
    const world = new TestWorld();
    expect([await runExample(main, world), world.said]).to.deep.equal([0, ['R is 0']]);
    const broken = new TypeError('broken');
    const thrown: unknown = await runExample(() => Promise.reject(broken), world).catch(
      (error: unknown) => error,
    );
    expect([thrown, world.listeners]).to.deep.equal([broken, 0]);
  });

  it('row: exit 0: with a plan that main copes with, the faults are told after its lines', async () => {
    const world = planned(jump);
    expect([await runExample(main, world), world.said]).to.deep.equal([
      0,
      ['R is 0', '! fault: rule 0: clock-jump ms=1 at client.read 1 of one-a#1'],
    ]);
    expect(world.exits).to.deep.equal([]);
  });

  it('row: exit 1: what nobody waits for fails when main has ended', async () => {
    const world = planned(jump);
    expect(await runExample(main, world)).to.equal(0);
    world.uncaught(new RangeError('late'));
    expect([world.said.at(-1), world.exits]).to.deep.equal(['! late', [1]]);
  });

  it('row: exit 0: without any fault nothing listens when main has ended', async () => {
    const world = planned(jump, 'irq');
    expect([await runExample(main, world), world.listeners]).to.deep.equal([0, 0]);
  });

  it('row: exit 1: main fails because of a fault, and its code and reason are told', async () => {
    const world = planned({ fault: 'fail', errno: 'ENXIO' });
    expect([await runExample(main, world), world.said]).to.deep.equal([
      1,
      ['! fault: rule 0: fail errno=ENXIO at client.read 1 of one-a#1', '! ENXIO fault.injected'],
    ]);
    expect(world.exits).to.deep.equal([1]);
  });

  it('row: exit 1: main waits for what will not come, and nothing is left to do', async () => {
    const world = planned(jump, 'model.close');
    const running = runExample(async (print, options) => {
      const waiting = never(print, options);
      await main(() => undefined, options);
      world.idle();
      await waiting;
    }, world);
    expect(await running).to.equal(1);
    expect(world.said.at(-1)).to.equal('! still waiting: nothing is left to do');
    expect([world.listeners, world.exits]).to.deep.equal([0, [1]]);
  });

  it('row: exit 1: what is thrown where nobody catches it', async () => {
    const world = planned(jump);
    const running = runExample(async (print, options) => {
      await main(print, options);
      world.uncaught(new RangeError('in a timer'));
      await new Promise(() => undefined);
    }, world);
    expect([await running, world.said.at(-1), world.exits]).to.deep.equal([1, '! in a timer', [1]]);
  });

  it('a failure that no fault has caused is thrown, with a plan too', async () => {
    const world = planned(jump, 'irq');
    const broken = new TypeError('broken');
    const thrown: unknown = await runExample(() => Promise.reject(broken), world).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.equal(broken);
  });

  it('a failure without a fault is thrown, though diagnostics have lines (docs/reference/diagnostics.md)', async () => {
    const world = new TestWorld({ DIAGNOSE: '1' });
    const broken = new TypeError('broken');
    const thrown: unknown = await runExample(() => Promise.reject(broken), world).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.equal(broken);
    expect([world.said.length > 0, world.exits, world.listeners]).to.deep.equal([true, [], 0]);
  });

  it('row: exit 2: a recording that cannot be written, in one line, and nothing runs', async () => {
    const world = new TestWorld({ RECORD: '/dev/null/no-folder/run.mdevrec' });
    expect(await runExample(main, world)).to.equal(2);
    expect(world.said).to.have.lengthOf(1);
    expect(world.said[0]).to.match(/^! ENOTDIR.*run\.mdevrec/);
  });

  it('row: exit 2: a plan that is broken, in one line', async () => {
    const world = new TestWorld({ FAULT_PLAN: '{"seed":1}' });
    expect(await runExample(main, world)).to.equal(2);
    expect(world.said).to.have.lengthOf(1);
    expect(world.said[0]).to.match(/^! EINVAL fault.plan: .*at=rules/);
  });
});
