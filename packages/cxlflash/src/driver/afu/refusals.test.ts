import { expect } from 'chai';
import { describe, it } from 'mocha';
import { stub } from 'sinon';
import { SISL_ISTATUS_PERM_ERR_RCB_READ, WRITE_16 } from '@mdevkit/uapi';
import { ATTACH_READ, ATTACH_WRITE } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, BLOCKS, readEvents } from '../bench.test-support.js';
import type { RawRequest, Response } from '../raw-context.test-support.js';

/** flags, afu_rc, scsi_rc, fc_rc, afu_extra, resid. */
type Codes = readonly [number, number, number, number, number, number];

function codes({ rc, afu_extra, resid }: Response): Codes {
  return [rc.flags, rc.afu_rc, rc.scsi_rc, rc.fc_rc, afu_extra, resid];
}

interface More {
  /** Sense key and additional sense code. */
  readonly sense?: readonly [number, number];
  /** Of the context. */
  readonly flags?: number;
}

type Row = readonly [row: string, what: string, request: RawRequest, codes: Codes, more?: More];

const NOWHERE = 0x4000_0000;

const rows: readonly Row[] = [
  [
    'cxlflash command opcode',
    'neither READ(16) nor WRITE(16)',
    { opcode: 0xfa },
    [0, 0x21, 0, 0, 0, 0],
  ],
  [
    'cxlflash command opcode',
    'WRITE SAME(16) is a SCSI command, too, but not of a user',
    { opcode: 0x93 },
    [0, 0x21, 0, 0, 0, 0],
  ],
  [
    'cxlflash command context',
    'a request of another context',
    { ctx_id: 3 },
    [0, 0x21, 0, 0, 0, 0],
  ],
  [
    'cxlflash command master',
    'commands for the AFU itself',
    { req_flags: 0x8002, opcode: 0xc0 },
    [0, 0x21, 0, 0, 0, 0],
  ],
  ['cxlflash command master', 'task management', { req_flags: 0x8004 }, [0, 0x21, 0, 0, 0, 0]],
  [
    'cxlflash command handle',
    'a port and a LUN instead of a handle',
    { req_flags: 0 },
    [0, 0x21, 0, 0, 0, 0],
  ],
  [
    'cxlflash command list',
    'scatter and gather, and other queues',
    { ioadl_len: 16 },
    [0, 0x21, 0, 0, 0, 0],
  ],
  [
    'cxlflash command list',
    'scatter and gather, and other queues (rrq)',
    { rrq: 1 },
    [0, 0x21, 0, 0, 0, 0],
  ],
  [
    'cxlflash command direction',
    'a write that says it reads (mc_invalid_ioarcb 3)',
    { opcode: WRITE_16, req_flags: 0x8000 },
    [0, 0, 0, 0x58, 0, 0],
  ],
  [
    'cxlflash command direction',
    'a read that says it writes',
    { req_flags: 0x8001 },
    [0, 0, 0, 0x58, 0, 0],
  ],
  [
    'cxlflash command flags',
    'bits without a meaning',
    { req_flags: 0x8008 },
    [0, 0, 0, 0x58, 0, 0],
  ],
  [
    'cxlflash rht free',
    'a handle that was never given (mc_invalid_ioarcb 5)',
    { res_hndl: 2 },
    [0, 0x05, 0, 0, 0, 0],
  ],
  [
    'cxlflash rht bounds',
    'a handle beyond the table (mc_invalid_ioarcb 6)',
    { res_hndl: 256 },
    [0, 0x03, 0, 0, 0, 0],
  ],
  [
    'cxlflash rht bounds',
    'a handle far beyond the table',
    { res_hndl: 0xffff_ffff },
    [0, 0x03, 0, 0, 0, 0],
  ],
  [
    'cxlflash rht access',
    'a write of a context that only reads',
    { opcode: WRITE_16 },
    [0, 0x05, 0, 0, 0, 0],
    { flags: ATTACH_READ },
  ],
  [
    'cxlflash rht access',
    'a read of a context that only writes',
    {},
    [0, 0x05, 0, 0, 0, 0],
    { flags: ATTACH_WRITE },
  ],
  [
    'cxlflash command range',
    'a block beyond the last one (mc_invalid_ioarcb 13)',
    { lba: BLOCKS },
    [0x80, 0, 0x02, 0, 0, 4096],
    { sense: [0x05, 0x21] },
  ],
  [
    'cxlflash command range',
    'blocks that reach beyond it',
    { lba: BLOCKS - 1, blocks: 2 },
    [0x80, 0, 0x02, 0, 0, 8192],
    { sense: [0x05, 0x21] },
  ],
  [
    'cxlflash command range',
    'the largest block number that there is',
    { lba: 0xffff_ffff_ffff_ffffn },
    [0x80, 0, 0x02, 0, 0, 4096],
    { sense: [0x05, 0x21] },
  ],
  [
    'cxlflash command size',
    'more than 16 MiB',
    { blocks: 4097, data_len: 0x4000_0000 },
    [0x80, 0, 0x02, 0, 0, 0x4000_0000],
    { sense: [0x05, 0x24] },
  ],
  [
    'cxlflash command protection',
    'no disk here has protection information',
    { options: 0x20 },
    [0x80, 0, 0x02, 0, 0, 4096],
    { sense: [0x05, 0x24] },
  ],
  [
    'cxlflash command overrun',
    'the buffer is smaller than the blocks (mc_invalid_ioarcb 9)',
    { data_len: 2048 },
    [0xa0, 0, 0x02, 0, 0, 2048],
    { sense: [0x05, 0x24] },
  ],
  [
    'cxlflash command overrun',
    'there is no buffer (mc_invalid_ioarcb 11)',
    { data_len: 0 },
    [0xa0, 0, 0x02, 0, 0, 4096],
    { sense: [0x05, 0x24] },
  ],
  [
    'cxlflash command underrun',
    'the buffer is larger; what there is arrives',
    { data_len: 8192 },
    [0x10, 0, 0, 0x5a, 0, 4096],
  ],
  [
    'cxlflash command underrun',
    'no error if the request suppresses it',
    { data_len: 8192, req_flags: 0xc000 },
    [0, 0, 0, 0, 0, 4096],
  ],
  [
    'cxlflash command alignment',
    'a buffer that is not a multiple of 16',
    { data_ea: 0x10_8008 },
    [0, 0x31, 0, 0, 0x0b, 4096],
  ],
  [
    'cxlflash command fault',
    'a buffer that nobody has mapped (mc_invalid_ioarcb 7)',
    { data_ea: NOWHERE },
    [0, 0x31, 0, 0, 0x0b, 4096],
  ],
];

describe('commands that are refused (drivers/scsi/cxlflash/sislite.h, SISL_AFU_RC_*; capiflash mc_invalid_ioarcb)', () => {
  for (const [row, what, request, expected, { sense, flags } = {}] of rows) {
    it(`${row}: ${what}`, async () => {
      const bench = new Bench();
      const raw = bench.working(flags === undefined ? {} : { flags });
      const before = raw.bytes(raw.data, 8192).slice();
      const response = await raw.run(request);
      expect(codes(response)).to.deep.equal(expected);
      const found = [response.sense_data[2], response.sense_data[12]];
      expect(found).to.deep.equal(sense ?? [0, 0]);
      expect(response.sense_data[0]).to.equal(sense === undefined ? 0 : 0x70);
      if (response.rc.scsi_rc !== 0 || response.rc.afu_rc !== 0) {
        expect(raw.bytes(raw.data, 8192)).to.deep.equal(before);
      }
      // The context works on, and nobody else was asked.
      expect(raw.completions()).to.deep.equal([0]);
      expect(
        (
          await raw.run({
            req_flags: 0x8000 | (flags === ATTACH_WRITE ? 1 : 0),
            opcode: flags === ATTACH_WRITE ? WRITE_16 : 0x88,
          })
        ).ioasc,
      ).to.equal(0);
      expect(bench.store.memory.allocated).to.equal(flags === ATTACH_WRITE ? 65_536 : 0);
      await bench.end(raw.context);
    });
  }

  it('cxlflash command fault: DATA_STORAGE tells the address and why (drivers/misc/cxl/fault.c)', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.space.map({ iova: 0x2000_0000, memory: new Uint8Array(4096), write: false });
    const seen: bigint[][] = [];
    for (const request of [
      { data_ea: NOWHERE },
      { data_ea: NOWHERE, opcode: WRITE_16 },
      { data_ea: 0x2000_0000 },
    ]) {
      const response = await raw.run(request);
      expect(codes(response).slice(1, 5)).to.deep.equal([0x31, 0, 0, 0x0b]);
      const [interrupt, fault, ...more] = await readEvents(raw.context);
      expect([interrupt?.type, fault?.type, more.length]).to.deep.equal([1, 2, 0]);
      const body = new DataView(fault?.body.buffer ?? new ArrayBuffer(32));
      seen.push([body.getBigUint64(8, true), body.getBigUint64(16, true)]);
    }
    expect(seen).to.deep.equal([
      [BigInt(NOWHERE), 0x4000_0000_4200_0000n],
      [BigInt(NOWHERE), 0x4000_0000_4000_0000n],
      [0x2000_0000n, 0x4000_0000_0a00_0000n],
    ]);
    await bench.end(raw.context);
  });

  it('cxlflash command page in: a page that somebody brings is retried, without an event', async () => {
    const bench = new Bench();
    const raw = bench.working();
    const page = new Uint8Array(4096);
    bench.space.pageRequests = {
      request: () => {
        bench.space.map({ iova: NOWHERE, memory: page });
        return Promise.resolve('success');
      },
    };
    const response = await raw.run({ data_ea: NOWHERE });
    expect(codes(response)).to.deep.equal([0, 0x31, 0, 0, 0x0a, 4096]);
    expect((await readEvents(raw.context)).map(({ type }) => type)).to.deep.equal([1]);
    expect((await raw.run({ data_ea: NOWHERE })).ioasc).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash command fault late: what was moved before stays, and resid tells the rest', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await bench.store.memory.write(0, new Uint8Array(65_536).fill(7));
    bench.space.map({ iova: NOWHERE, memory: new Uint8Array(65_536) });
    const response = await raw.run({ data_ea: NOWHERE, blocks: 20 });
    expect(codes(response)).to.deep.equal([0, 0x31, 0, 0, 0x0b, 4 * 4096]);
    await bench.end(raw.context);
  });

  it('cxlflash command medium: a store that fails is a medium error of the one command', async () => {
    const bench = new Bench();
    const raw = bench.working();
    for (const [request, asc] of [
      [{ lba: 9 }, 0x11],
      [{ lba: 9, opcode: WRITE_16 }, 0x0c],
      [{ lba: 9, opcode: WRITE_16, options: 8 }, 0x0c],
    ] as const) {
      bench.store.isHeld = true;
      await raw.run(request);
      bench.store.letGo(new Error('broken'));
      const { options } = { options: 0, ...request };
      if (options === 8) {
        // The write itself has failed; once more, and now the flush fails.
        bench.store.isHeld = true;
        await raw.run(request);
        bench.store.calls.splice(0)[0]?.resolve();
        await raw.run({ opcode: 0xfa }, 1);
        bench.store.letGo(new Error('broken'));
      }
      await raw.run({ opcode: 0xfa }, 1);
      const { rc, sense_data } = raw.response(0);
      expect([rc.flags, rc.afu_rc, rc.scsi_rc, rc.fc_rc]).to.deep.equal([0x80, 0, 0x02, 0]);
      expect([sense_data[0], sense_data[2], sense_data[12]]).to.deep.equal([0xf0, 0x03, asc]);
      expect([...sense_data.slice(3, 7)]).to.deep.equal([0, 0, 0, 9]);
    }
    expect((await raw.run({ lba: 9 })).ioasc).to.equal(0);
    await bench.end(raw.context);
  });
});

describe('ports and disks (drivers/scsi/cxlflash/sislite.h, SISL_AFU_RC_NO_CHANNELS, SISL_FC_RC_*)', () => {
  it('cxlflash path: the first port that has a link, LINKDOWN without one', async () => {
    const bench = new Bench();
    const raw = bench.working();
    expect((await raw.run()).port).to.equal(0);
    bench.parent.setPortLink(0, false);
    expect((await raw.run()).port).to.equal(1);
    bench.parent.setPortLink(1, false);
    expect(codes(await raw.run())).to.deep.equal([0, 0, 0, 0x57, 0, 0]);
    bench.parent.setPortLink(1, true);
    expect((await raw.run()).ioasc).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash path channels: no port in common; afu_extra has those there are and those asked for', async () => {
    const bench = new Bench();
    const raw = bench.working();
    // Byte 15 of the entry, which the driver never writes like this.
    const [area] = [...bench.tables.areas];
    const bytes = area?.memory.bytes;
    if (bytes !== undefined) {
      bytes[15] = 0;
    }
    expect(codes(await raw.run())).to.deep.equal([0, 0x20, 0, 0, 0x0c, 0]);
    await bench.end(raw.context);
  });

  it('cxlflash path gone: a disk that was removed has nobody logged in', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.parent.removeDisk(0);
    expect(codes(await raw.run())).to.deep.equal([0, 0, 0, 0x54, 0, 0]);
    await bench.end(raw.context);
  });

  it('a command that cannot even have a timer halts its context, which says so (bug, found by npm run soak)', async () => {
    const bench = new Bench();
    const raw = bench.working();
    const schedule = stub(bench.clock, 'schedule').throws(new Error('no timer'));
    raw.write(0, {});
    raw.submit(0);
    await settled();
    schedule.restore();
    expect(raw.get('INTR_STATUS')).to.equal(SISL_ISTATUS_PERM_ERR_RCB_READ);
    await bench.end(raw.context);
  });
});
