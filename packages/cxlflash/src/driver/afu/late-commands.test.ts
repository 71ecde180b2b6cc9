import { silentLogger, type Logger } from '@mdevkit/core';
import { SISL_FC_RC_ABORTPEND, WRITE_16 } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COMMAND_ROOM } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench } from '../bench.test-support.js';
import type { RawContext } from '../raw-context.test-support.js';
import { CONTEXT_IN_FLIGHT } from './index.js';

const BLOCK = 4096;
const UNANSWERED = 0xcccc_cccc;

/** First byte of a block of the first disk. */
async function stored(bench: Bench, lba: number): Promise<number | undefined> {
  const block = new Uint8Array(BLOCK);
  await bench.store.memory.read(lba, block);
  return block[0];
}

/** Submits a write of blocks 5 and 6 that its store takes and does not end. */
async function hang(bench: Bench, raw: RawContext): Promise<void> {
  bench.store.isHeld = true;
  raw.bytes(raw.data, 2 * BLOCK).fill(0xaa);
  await raw.run({ opcode: WRITE_16, lba: 5, blocks: 2 });
  expect(bench.store.calls.length).to.equal(1);
  bench.store.isHeld = false;
}

describe('writes whose commands have ended without them (drivers/scsi/cxlflash/sislite.h, SISL_FC_RC_ABORTPEND)', () => {
  const ends: readonly [how: string, end: (bench: Bench, raw: RawContext) => Promise<void>][] = [
    [
      'by its time',
      async (bench, raw) => {
        bench.clock.advance(1000);
        await settled();
        expect(raw.response().rc.fc_rc).to.equal(SISL_FC_RC_ABORTPEND);
        // Its room is the store's until that has answered.
        expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM - 1));
      },
    ],
    [
      'by a reset of its context',
      async (_bench, raw) => {
        raw.set('IOARRIN', 1n);
        await settled();
        expect(raw.get('IOARRIN')).to.equal(1n);
      },
    ],
    [
      'with its context',
      async (bench, raw) => {
        const ended = bench.slice.end(raw.context);
        bench.clock.advance(100);
        expect(await ended).to.equal(false);
      },
    ],
  ];
  for (const [how, end] of ends) {
    it(`cxlflash command late: a write that ended ${how} changed its blocks after a later write of another context`, async () => {
      const bench = new Bench();
      const [raw, other] = [bench.working(), bench.working()];
      await hang(bench, raw);
      await end(bench, raw);
      other.bytes(other.data, BLOCK).fill(0xbb);
      const requests = [
        { opcode: WRITE_16, lba: 6 },
        { lba: 5, data_ea: other.data + BLOCK },
        { opcode: WRITE_16, lba: 7 },
        { lba: 4, data_ea: other.data + 2 * BLOCK },
      ];
      for (const [index, request] of requests.entries()) {
        await other.run(request, index);
      }
      // Whoever wants other blocks does not wait.
      expect(other.completions()).to.deep.equal([2, 3]);
      expect(other.response(0).ioasc).to.equal(UNANSWERED);
      bench.store.letGo();
      await settled();
      expect(other.completions()).to.deep.equal([0, 1]);
      expect([other.response(0).ioasc, other.response(1).ioasc]).to.deep.equal([0, 0]);
      expect([await stored(bench, 5), await stored(bench, 6)]).to.deep.equal([0xaa, 0xbb]);
      expect(other.bytes(other.data + BLOCK, 1)[0]).to.equal(0xaa);
      expect(bench.parent.disk(0).lateWrites.count).to.equal(0);
      if (how !== 'with its context') {
        expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
      }
      await bench.end(raw.context, other.context);
    });
  }

  it('cxlflash command late: whoever waits for one does so for its own time, and then has done nothing', async () => {
    const bench = new Bench();
    const [raw, other] = [bench.working(), bench.working()];
    await hang(bench, raw);
    bench.clock.advance(1000);
    await settled();
    other.bytes(other.data, BLOCK).fill(0xbb);
    await other.run({ opcode: WRITE_16, lba: 6, timeout: 40, req_flags: 0x8041 });
    bench.clock.advance(39);
    await settled();
    expect(other.completions()).to.deep.equal([]);
    bench.clock.advance(1);
    await settled();
    expect(other.completions()).to.deep.equal([0]);
    expect(other.response().rc.fc_rc).to.equal(SISL_FC_RC_ABORTPEND);
    expect(other.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    bench.store.letGo();
    await settled();
    expect([await stored(bench, 5), await stored(bench, 6)]).to.deep.equal([0xaa, 0xaa]);
    expect([raw.get('CMD_ROOM'), bench.clock.pendingCount]).to.deep.equal([
      BigInt(COMMAND_ROOM),
      0,
    ]);
    await bench.end(raw.context, other.context);
  });

  it('cxlflash command late: one that fails in the end is over, too', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await hang(bench, raw);
    bench.clock.advance(1000);
    await raw.run({ lba: 5 }, 1);
    expect(raw.completions()).to.deep.equal([0]);
    bench.store.letGo(new Error('broken'));
    await settled();
    expect(raw.completions()).to.deep.equal([1]);
    expect([raw.response(1).ioasc, await stored(bench, 5)]).to.deep.equal([0, 0]);
    await bench.end(raw.context);
  });
});

describe('disks that hang or fail (own rule: a disk disturbs nobody who does not use it)', () => {
  it('cxlflash command places: eight commands to a disk that hangs kept those to another one waiting for ever', async () => {
    const bench = new Bench();
    const raw = bench.working();
    raw.context.attach(bench.parent.disk(1));
    raw.open(1);
    bench.store.isHeld = true;
    for (let turn = 0; turn < 3; turn++) {
      for (let i = 0; i < 12; i++) {
        raw.write(i, { lba: i });
        raw.submit(i);
      }
      expect((await raw.run({ res_hndl: 1 }, 12)).ioasc).to.equal(0);
      expect(raw.completions()).to.deep.equal([12]);
      // Those who had no place have their answer as well: time runs from the submission.
      bench.clock.advance(1000);
      await settled();
      expect(raw.completions().length).to.equal(12);
      expect(bench.store.calls.length).to.equal(CONTEXT_IN_FLIGHT);
      expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM - CONTEXT_IN_FLIGHT));
    }
    bench.store.letGo();
    await settled();
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    expect((await raw.run({ lba: 3 }, 0)).ioasc).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash command places: a command that waits for one ends by its own time, counted from its submission', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.store.isHeld = true;
    for (let i = 0; i <= CONTEXT_IN_FLIGHT; i++) {
      const isLast = i === CONTEXT_IN_FLIGHT;
      raw.write(i, isLast ? { timeout: 40, req_flags: 0x8040 } : {});
      raw.submit(i);
    }
    await settled();
    bench.clock.advance(40);
    await settled();
    expect(raw.completions()).to.deep.equal([CONTEXT_IN_FLIGHT]);
    expect(raw.response(CONTEXT_IN_FLIGHT).rc.fc_rc).to.equal(SISL_FC_RC_ABORTPEND);
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM - CONTEXT_IN_FLIGHT));
    bench.store.letGo();
    await settled();
    expect(raw.completions().length).to.equal(CONTEXT_IN_FLIGHT);
    await bench.end(raw.context);
  });

  it('cxlflash command shrunk: a disk that shrinks under a command of several pieces was asked beyond its end (SBC-3, 4.4.1)', async () => {
    for (const opcode of [undefined, WRITE_16]) {
      const bench = new Bench();
      const raw = bench.working();
      bench.store.isHeld = true;
      raw.write(0, { blocks: 32, ...(opcode === undefined ? {} : { opcode }) });
      raw.submit(0);
      await settled();
      bench.store.resize(16);
      const [first] = bench.store.calls.splice(0);
      first?.resolve();
      await settled();
      expect(bench.store.calls.length).to.equal(0);
      const { rc, sense_data, resid } = raw.response();
      expect([rc.scsi_rc, sense_data[2], sense_data[12], resid]).to.deep.equal([
        2,
        5,
        0x21,
        16 * BLOCK,
      ]);
      await bench.end(raw.context);
    }
  });

  it('cxlflash command medium: a store that fails was logged with every command; now once, until something goes well', async () => {
    const warnings: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (message) => warnings.push(message),
      child: () => logger,
    };
    const bench = new Bench({ logger });
    const raw = bench.working();
    const fail = async (): Promise<void> => {
      bench.store.isHeld = true;
      await raw.run();
      bench.store.letGo(new Error('broken'));
      await settled();
      expect(raw.response().rc.scsi_rc).to.equal(2);
    };
    for (let i = 0; i < 5; i++) {
      await fail();
    }
    expect(warnings).to.deep.equal(['a backing store failed']);
    expect((await raw.run()).ioasc).to.equal(0);
    await fail();
    expect(warnings.length).to.equal(2);
    await bench.end(raw.context);
  });
});
