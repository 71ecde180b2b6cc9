import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ValveBench, valveRegisters } from '../diagnose.test-support.js';
import { SpinWatchdog } from './spin-watchdog.js';
import type { Spin } from './spin.js';

const STATUS = valveRegisters.offsetOf('STATUS');
const CTRL = valveRegisters.offsetOf('CTRL');
const ID = valveRegisters.offsetOf('ID');

async function poll(
  bench: ValveBench,
  times: number,
  ...offsets: readonly number[]
): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    for (const offset of offsets) {
      await bench.read(offset, 4);
      bench.clock.advance(0.5);
    }
  }
}

describe('SpinWatchdog: clients that wait for what does not come (own rule; docs/reference/diagnostics.md)', () => {
  it('spin register: the same value of the same register, told once, with its name, fields, time and the last write', async () => {
    const watchdog = new SpinWatchdog({ limit: 10, names: { 0: valveRegisters } });
    const spins: Spin[] = [];
    using _ = watchdog.onSpin((spin) => spins.push(spin));
    await using bench = await ValveBench.open(watchdog);
    await bench.write(CTRL, [0x80, 0, 0, 0]);
    await poll(bench, 9, STATUS);
    expect(spins).to.deep.equal([]);
    await poll(bench, 20, STATUS);
    expect(spins).to.deep.equal([
      {
        type: 'valve-one',
        uuid: '00000000-0000-4000-8000-000000000001',
        reads: [
          { where: 'control STATUS', offset: 4, width: 4, value: 0x21n, fields: 'BUSY=1 MODE=2' },
        ],
        count: 10,
        ms: 4.5,
        lastWrite: { where: 'control CTRL', value: 0x80n },
      },
    ]);
    expect(watchdog.lines()).to.deep.equal([
      'valve-one spins: control STATUS reads 0x00000021 (BUSY=1 MODE=2); 29 times in 14 ms, after control CTRL = 0x80',
    ]);
  });

  for (const offsets of [
    [STATUS, CTRL],
    [STATUS, CTRL, ID],
    [STATUS, CTRL, ID, CTRL],
  ]) {
    it(`spin loop: ${offsets.length} registers in turn are one loop`, async () => {
      const watchdog = new SpinWatchdog({ limit: 5 });
      await using bench = await ValveBench.open(watchdog);
      await poll(bench, 4, ...offsets);
      expect(watchdog.report()).to.deep.equal([]);
      await poll(bench, 3, ...offsets);
      const [spin, ...others] = watchdog.report();
      expect(others).to.deep.equal([]);
      expect(spin?.count).to.equal(7);
      expect(spin?.reads.map(({ offset }) => offset)).to.deep.equal(offsets);
    });
  }

  it('spin anew: another value, another call or a refused one begins anew', async () => {
    const watchdog = new SpinWatchdog({ limit: 4 });
    await using bench = await ValveBench.open(watchdog);
    await poll(bench, 3, CTRL);
    await bench.write(CTRL, [7, 0, 0, 0]);
    await poll(bench, 3, CTRL);
    await bench.device.info();
    await poll(bench, 3, CTRL);
    await bench.read(0, 4, 9).catch(() => undefined);
    await poll(bench, 3, CTRL);
    expect(watchdog.report()).to.deep.equal([]);
    expect(watchdog.lines()).to.deep.equal(['spins: none']);
    await poll(bench, 1, CTRL);
    expect(watchdog.report()).to.have.length(1);
  });

  it('spin over: a spin that is over is kept, and the next one is told again', async () => {
    const watchdog = new SpinWatchdog({ limit: 3 });
    let told = 0;
    using _ = watchdog.onSpin(() => (told += 1));
    await using bench = await ValveBench.open(watchdog);
    await poll(bench, 5, STATUS);
    await poll(bench, 4, CTRL);
    await bench.host.remove('00000000-0000-4000-8000-000000000001', 0);
    expect(told).to.equal(2);
    expect(watchdog.report().map(({ count, reads }) => [count, reads[0]?.where])).to.deep.equal([
      [5, 'control STATUS'],
      [4, 'control CTRL'],
    ]);
  });

  it('spin names: places without a name are told by offset, parts of a register by their distance', async () => {
    const watchdog = new SpinWatchdog({ limit: 2 });
    await using bench = await ValveBench.open(watchdog);
    await bench.read(0x40, 2);
    await bench.read(0x40, 2);
    await bench.read(STATUS + 1, 1);
    await bench.read(STATUS + 1, 1);
    await bench.read(0, 16, 1);
    await bench.read(0, 16, 1);
    expect(watchdog.lines()).to.deep.equal([
      'valve-one spins: control 0x40 reads 0x0000; 2 times in 0 ms, nothing written before',
      'valve-one spins: control STATUS+1 reads 0x00; 2 times in 0 ms, nothing written before',
      'valve-one spins: data 0x0 reads 0x0000000000000000; 2 times in 0 ms, nothing written before',
    ]);
  });

  it('spin callback: what a callback throws is not the client’s; a disposed one is not called', async () => {
    const watchdog = new SpinWatchdog({ limit: 2 });
    let told = 0;
    const listening = watchdog.onSpin(() => {
      told += 1;
      throw new Error('mine');
    });
    await using bench = await ValveBench.open(watchdog);
    await poll(bench, 2, STATUS);
    listening[Symbol.dispose]();
    await poll(bench, 2, CTRL);
    expect(told).to.equal(1);
  });

  it('spin limit: a limit below 2 is a RangeError', () => {
    expect(() => new SpinWatchdog({ limit: 1 })).to.throw(RangeError, 'at least 2 rounds');
  });
});
