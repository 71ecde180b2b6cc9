import { MdevError } from '@mdevkit/core';
import {
  SAM_STAT_BUSY,
  SISL_REQ_FLAGS_TIMEOUT_CYCLES,
  SISL_REQ_FLAGS_TIMEOUT_MSECS,
  SISL_REQ_FLAGS_TIMEOUT_SECS,
  UNIT_ATTENTION,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ALL_ONES } from '../../abi/index.js';
import { EngineBench, settled } from '../engine-bench.test-support.js';

describe('CommandEngine, when commands are late or the context is lost (drivers/scsi/cxlflash/main.c, context_reset)', () => {
  it('a late command: the context is reset, it fails with ETIMEDOUT, the others are issued again (context_reset)', async () => {
    using bench = new EngineBench({ timeoutMs: 1000 });
    const late = bench.submit();
    await settled();
    bench.clock.advance(1500);
    const young = bench.submit();
    await settled();
    bench.afu.resetReads = 2;
    bench.clock.advance(500);
    const during = bench.submit();
    await settled();
    expect([late.outcome, bench.afu.requests.length]).to.deep.equal(['none', 0]);
    bench.clock.advance(1);
    await settled();
    bench.clock.advance(2);
    await settled();
    expect([late.outcome, young.outcome]).to.deep.equal(['cxlflash.timeout', 'none']);
    expect(bench.afu.requests.length).to.equal(2);
    bench.afu.respond();
    bench.afu.respond();
    bench.engine.drain();
    expect([young.outcome, during.outcome]).to.deep.equal(['good', 'good']);
    expect(bench.losses).to.deep.equal([]);
  });

  it('device and host agree on every timeout: the host waits twice what the device was told (bug: 100 ms were told as 1 s, and reset after 200 ms)', async () => {
    for (const [timeoutMs, told, unit] of [
      [1, 1, SISL_REQ_FLAGS_TIMEOUT_MSECS],
      [100, 100, SISL_REQ_FLAGS_TIMEOUT_MSECS],
      [1001, 1001, SISL_REQ_FLAGS_TIMEOUT_MSECS],
      [65_536, 66, SISL_REQ_FLAGS_TIMEOUT_SECS],
    ] as const) {
      using bench = new EngineBench({ timeoutMs });
      const command = bench.submit();
      await settled();
      const { timeout, req_flags } = bench.afu.requests[0]?.request ?? { timeout: 0, req_flags: 0 };
      expect([timeout, req_flags & SISL_REQ_FLAGS_TIMEOUT_CYCLES]).to.deep.equal([told, unit]);
      const deadline = 2 * told * (unit === SISL_REQ_FLAGS_TIMEOUT_SECS ? 1000 : 1);
      bench.clock.advance(deadline - 1);
      await settled();
      expect([command.outcome, bench.afu.requests.length]).to.deep.equal(['none', 1]);
      bench.clock.advance(1);
      await settled();
      expect([command.outcome, bench.losses]).to.deep.equal(['cxlflash.timeout', []]);
    }
  });

  it('a reset forgets what was answered before it, and what room there was', async () => {
    using bench = new EngineBench({ timeoutMs: 1000 });
    bench.submit();
    await settled();
    bench.clock.advance(1500);
    const young = [bench.submit(), bench.submit()];
    await settled();
    const stale = bench.afu.requests[1]?.address ?? 0;
    bench.afu.resetReads = 1;
    bench.clock.advance(500);
    await settled();
    bench.afu.post(stale);
    bench.afu.room = 1;
    bench.clock.advance(1);
    await settled();
    bench.engine.drain();
    await settled();
    expect(young.map(({ outcome }) => outcome)).to.deep.equal(['none', 'none']);
    expect([bench.afu.requests.length, bench.afu.room]).to.deep.equal([1, 0]);
    for (let i = 0; i < 2; i++) {
      bench.afu.respond();
      bench.engine.drain();
      await settled();
    }
    expect(young.map(({ outcome }) => outcome)).to.deep.equal(['good', 'good']);
  });

  it('a response whose interrupt was missed is found before the reset', async () => {
    using bench = new EngineBench({ timeoutMs: 1000 });
    const command = bench.submit();
    await settled();
    bench.afu.respond();
    bench.clock.advance(2000);
    await settled();
    expect([command.outcome, bench.losses]).to.deep.equal(['good', []]);
    expect(bench.afu.writes.some(([, value]) => value === 1n)).to.equal(false);
  });

  it('a context that cannot be reset is lost after 11 looks', async () => {
    using bench = new EngineBench({ timeoutMs: 1000 });
    const command = bench.submit();
    await settled();
    bench.afu.resetReads = 1000;
    bench.clock.advance(2000);
    for (let i = 0; i < 11; i++) {
      await settled();
      expect(command.outcome).to.equal('none');
      bench.clock.advance(2 ** i);
    }
    await settled();
    expect([command.outcome, bench.losses]).to.deep.equal([
      'cxlflash.context-lost',
      ['cxlflash.context-lost'],
    ]);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('a response for a command that there is not ends the context (own rule)', async () => {
    using bench = new EngineBench();
    const command = bench.submit();
    await settled();
    bench.afu.post(bench.memory.iova + bench.memory.requestAt(2));
    bench.engine.drain();
    expect([command.outcome, bench.losses]).to.deep.equal([
      'cxlflash.protocol',
      ['cxlflash.protocol'],
    ]);
    expect(bench.submit().outcome).to.equal('cxlflash.protocol');
  });

  it('all-ones in cmd_room, or an access that fails, is the end of the context', async () => {
    using dead = new EngineBench();
    dead.afu.reads = ALL_ONES;
    const command = dead.submit();
    await settled();
    expect([command.outcome, dead.losses]).to.deep.equal([
      'cxlflash.context-lost',
      ['cxlflash.context-lost'],
    ]);
    using gone = new EngineBench();
    gone.afu.broken = new MdevError('ENODEV', 'device.gone', 'gone');
    const second = gone.submit();
    await settled();
    expect([second.outcome, gone.losses]).to.deep.equal(['cxlflash.lost', ['cxlflash.lost']]);
    using broken = new EngineBench();
    const third = broken.submit();
    await settled();
    broken.afu.broken = new Error('no such device');
    const fourth = broken.submit();
    await settled();
    expect([third.outcome, fourth.outcome]).to.deep.equal(Array(2).fill('cxlflash.context-lost'));
  });

  it('fail ends what waits, is under way, is parked and comes later, and leaves no timer', async () => {
    using bench = new EngineBench({ slots: 2 });
    const commands = [bench.submit(), bench.submit(), bench.submit()];
    await settled();
    bench.afu.respond({ rc: { scsi_rc: SAM_STAT_BUSY } });
    bench.engine.drain();
    bench.engine.fail(new MdevError('EIO', 'over', 'over'));
    commands.push(bench.submit());
    expect(commands.map(({ outcome }) => outcome)).to.deep.equal(Array(4).fill('over'));
    expect(bench.clock.pendingCount).to.equal(0);
    bench.engine.lose(new MdevError('EIO', 'again', 'again'));
    expect(bench.losses).to.deep.equal([]);
  });

  it('a look at the disk that ends after everything has changes nothing', async () => {
    for (const isGood of [true, false]) {
      using bench = new EngineBench();
      let answer = (): void => undefined;
      const command = bench.submit({
        verify: () =>
          new Promise((resolve, reject) => {
            answer = (): void => {
              if (isGood) {
                resolve();
              } else {
                reject(new Error('gone'));
              }
            };
          }),
      });
      await settled();
      bench.afu.respond({ rc: { scsi_rc: 2 }, sense: [UNIT_ATTENTION, 0x29, 0] });
      bench.engine.drain();
      bench.engine.fail(new MdevError('EIO', 'over', 'over'));
      answer();
      await settled();
      expect([command.ends, command.outcome, bench.afu.submitted]).to.deep.equal([1, 'over', 1]);
    }
  });
});
