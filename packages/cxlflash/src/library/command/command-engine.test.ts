import {
  SAM_STAT_BUSY,
  SAM_STAT_CHECK_CONDITION,
  SISL_AFU_RC_CAP_VIOLATION,
  SISL_AFU_RC_RHT_INVALID,
  SISL_FC_RC_ABORTPEND,
  UNIT_ATTENTION,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HostRegister } from '../../abi/index.js';
import { EngineBench, settled, type WatchedCommand } from '../engine-bench.test-support.js';
import { BUSY_DELAY_MS, ROOM_ATTEMPTS, ROOM_DELAY_MS } from './command-engine.js';

const capViolation = { rc: { afu_rc: SISL_AFU_RC_CAP_VIOLATION } };

describe('CommandEngine (drivers/scsi/cxlflash/main.c, send_cmd_ioarrin and process_hrrq)', () => {
  it('writes the data of a write before the request is submitted, and gives back those of a read', async () => {
    using bench = new EngineBench();
    const write = bench.submit({ isWrite: true, bytes: new Uint8Array(4096).fill(3) });
    const read = bench.submit({ bytes: new Uint8Array(4096) });
    await settled();
    const [first, second] = bench.afu.requests;
    expect(first && bench.afu.data(first).every((byte) => byte === 3)).to.equal(true);
    if (second !== undefined) {
      bench.afu.data(second).fill(9);
    }
    bench.afu.respond({}, 1);
    bench.engine.drain();
    expect([write.outcome, read.outcome]).to.deep.equal(['none', 'good']);
    expect(read.bytes.every((byte) => byte === 9)).to.equal(true);
    bench.afu.respond();
    bench.engine.drain();
    expect(write.outcome).to.equal('good');
  });

  it('asks for room only when it has used what it was told, and never submits without', async () => {
    using bench = new EngineBench({ slots: 4 });
    bench.afu.room = 2;
    const commands = [1, 2, 3, 4].map(() => bench.submit());
    await settled();
    expect([bench.afu.submitted, bench.afu.room]).to.deep.equal([2, 0]);
    bench.afu.respond();
    bench.engine.drain();
    await settled();
    expect([bench.afu.submitted, bench.afu.room]).to.deep.equal([3, 0]);
    for (let i = 0; i < 3; i++) {
      bench.afu.respond();
      bench.engine.drain();
      await settled();
    }
    expect(commands.map(({ outcome }) => outcome)).to.deep.equal(Array(4).fill('good'));
  });

  it('room below zero is none (afu->hwqs[].room <= 0)', async () => {
    using bench = new EngineBench();
    // -1 would be all-ones, which is no answer.
    bench.afu.room = -2;
    bench.submit();
    await settled();
    expect(bench.afu.submitted).to.equal(0);
    bench.afu.room = 1;
    bench.clock.advance(ROOM_DELAY_MS);
    await settled();
    expect(bench.afu.submitted).to.equal(1);
  });

  it('commands wait for slots and for memory, and begin in their order', async () => {
    using bench = new EngineBench({ slots: 2, bufferBytes: 8192 });
    const big = new Uint8Array(8192);
    const order: number[] = [];
    bench.afu.onRequest = ({ request }) => order.push(request.cdb[9] ?? -1);
    const commands = [
      bench.submit({ lba: 1, bytes: big }),
      bench.submit({ lba: 2 }),
      bench.submit({ lba: 3, bytes: big }),
      bench.submit({ lba: 4 }),
    ];
    await settled();
    expect(order).to.deep.equal([1]);
    while (bench.afu.requests.length > 0) {
      bench.afu.respond();
      bench.engine.drain();
      await settled();
    }
    expect(order).to.deep.equal([1, 2, 3, 4]);
    expect(commands.every(({ outcome }) => outcome === 'good')).to.equal(true);
    expect(bench.memory.extents.available).to.equal(8192);
  });

  it('a device without commands that has no room is asked some times, then EBUSY', async () => {
    using bench = new EngineBench();
    bench.afu.room = 0;
    const command = bench.submit();
    for (let i = 0; i < ROOM_ATTEMPTS; i++) {
      await settled();
      expect(command.outcome).to.equal('none');
      bench.clock.advance(ROOM_DELAY_MS);
    }
    await settled();
    expect(command.outcome).to.equal('cxlflash.no-room');
    bench.afu.room = 1;
    const next = bench.submit();
    await settled();
    bench.afu.respond();
    bench.engine.drain();
    expect(next.outcome).to.equal('good');
  });

  it('a burst of commands asks for room no more often than one does: time counts, not calls (bug)', async () => {
    using bench = new EngineBench({ slots: 64, bufferBytes: 0x4_0000 });
    bench.afu.room = 0;
    const commands: WatchedCommand[] = [];
    for (let i = 0; i < 3 * ROOM_ATTEMPTS; i++) {
      commands.push(bench.submit());
      await settled();
    }
    expect(new Set(commands.map(({ outcome }) => outcome))).to.deep.equal(new Set(['none']));
    expect(bench.clock.pendingCount).to.equal(1);
    bench.afu.room = 64;
    bench.clock.advance(ROOM_DELAY_MS);
    await settled();
    expect(bench.afu.submitted).to.equal(commands.length);
    while (bench.afu.requests.length > 0) {
      bench.afu.respond();
    }
    bench.engine.drain();
    expect(new Set(commands.map(({ outcome }) => outcome))).to.deep.equal(new Set(['good']));
  });

  it('room that comes in between begins a new count', async () => {
    using bench = new EngineBench({ slots: 1 });
    for (let spell = 0; spell < 3; spell++) {
      bench.afu.room = 0;
      const command = bench.submit();
      for (let i = 0; i < ROOM_ATTEMPTS - 1; i++) {
        await settled();
        bench.clock.advance(ROOM_DELAY_MS);
      }
      await settled();
      bench.afu.room = 1;
      bench.clock.advance(ROOM_DELAY_MS);
      await settled();
      bench.afu.respond();
      bench.engine.drain();
      expect(command.outcome).to.equal('good');
    }
  });

  it('what may go well is issued again, three times at the most (cblk_process_cmd: retries)', async () => {
    using bench = new EngineBench();
    const command = bench.submit();
    for (let i = 1; i <= 4; i++) {
      await settled();
      expect([command.outcome, bench.afu.submitted]).to.deep.equal(['none', i]);
      bench.afu.respond(capViolation);
      bench.engine.drain();
    }
    expect(command.outcome).to.equal('cxlflash.cap-violation');
    expect(command.error?.details).to.include({ afu_rc: SISL_AFU_RC_CAP_VIOLATION });
    expect([bench.afu.submitted, bench.engine.retries]).to.deep.equal([4, 3]);
  });

  it('one that goes well the second time is good; one that cannot is not issued again', async () => {
    using bench = new EngineBench();
    const command = bench.submit();
    const wrong = bench.submit();
    await settled();
    bench.afu.respond(capViolation);
    bench.afu.respond({ rc: { afu_rc: SISL_AFU_RC_RHT_INVALID } });
    bench.engine.drain();
    await settled();
    expect([wrong.outcome, bench.afu.submitted]).to.deep.equal(['cxlflash.resource', 3]);
    bench.afu.respond();
    bench.engine.drain();
    expect(command.outcome).to.equal('good');
  });

  it('a busy disk is left alone for a while (CFLASH_CMD_DLY_RETRY_ERR)', async () => {
    using bench = new EngineBench();
    const command = bench.submit();
    for (let i = 0; i < 3; i++) {
      await settled();
      bench.afu.respond({ rc: { scsi_rc: SAM_STAT_BUSY } });
      bench.engine.drain();
      bench.clock.advance(BUSY_DELAY_MS - 1);
      await settled();
      expect(bench.afu.requests.length).to.equal(0);
      bench.clock.advance(1);
    }
    await settled();
    bench.afu.respond({ rc: { scsi_rc: SAM_STAT_BUSY } });
    bench.engine.drain();
    expect(command.outcome).to.equal('cxlflash.busy');
  });

  it('what the device is still aborting is not issued again at once, and ETIMEDOUT in the end (SISL_FC_RC_ABORTPEND)', async () => {
    using bench = new EngineBench();
    const command = bench.submit();
    for (let i = 1; i <= 4; i++) {
      await settled();
      expect([command.outcome, bench.afu.submitted]).to.deep.equal(['none', i]);
      bench.afu.respond({ rc: { fc_rc: SISL_FC_RC_ABORTPEND } });
      bench.engine.drain();
      await settled();
      expect(bench.afu.submitted).to.equal(i);
      bench.clock.advance(BUSY_DELAY_MS);
    }
    expect([command.outcome, command.error?.code]).to.deep.equal([
      'cxlflash.abort-pending',
      'ETIMEDOUT',
    ]);
    expect(bench.engine.retries).to.equal(3);
  });

  it('a UNIT ATTENTION has the disk looked at; if that fails, so does the command (DK_CXLFLASH_VERIFY)', async () => {
    const attention = {
      rc: { scsi_rc: SAM_STAT_CHECK_CONDITION },
      sense: [UNIT_ATTENTION, 0x2a, 9],
    } as const;
    using bench = new EngineBench();
    let looks = 0;
    const good = bench.submit({
      verify: () => {
        looks += 1;
        return Promise.resolve();
      },
    });
    const bad = bench.submit({ verify: () => Promise.reject(new Error('gone')) });
    await settled();
    bench.afu.respond(attention);
    bench.afu.respond(attention);
    bench.engine.drain();
    await settled();
    expect([looks, bad.outcome]).to.deep.equal([1, 'cxlflash.check-condition']);
    bench.afu.respond();
    bench.engine.drain();
    expect(good.outcome).to.equal('good');
  });

  it('a buffer that the caller took away is EFAULT, and costs no slot', async () => {
    using bench = new EngineBench({ slots: 1 });
    const taken = new Uint8Array(4096);
    const first = bench.submit({ bytes: taken });
    const second = bench.submit({ bytes: taken, isWrite: true });
    const third = bench.submit();
    await settled();
    structuredClone(taken.buffer, { transfer: [taken.buffer] });
    bench.afu.respond();
    bench.engine.drain();
    await settled();
    bench.afu.respond();
    bench.engine.drain();
    expect([first, second, third].map(({ outcome }) => outcome)).to.deep.equal([
      'cxlflash.buffer-changed',
      'cxlflash.buffer-changed',
      'good',
    ]);
    expect(bench.afu.writes.filter(([at]) => at === HostRegister.IOARRIN).length).to.equal(2);
  });
});
