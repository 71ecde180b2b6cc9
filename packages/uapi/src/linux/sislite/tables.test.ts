import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyStruct } from '../../codec/index.js';
import * as sislite from './index.js';

type Row = readonly [name: string, offset: number, size: number];

/** Offsets and sizes as the members of the C structs have them. */
const TABLES: readonly (readonly [AnyStruct, size: number, rows: readonly Row[]])[] = [
  [
    sislite.SislIoarcb,
    64,
    [
      ['ctx_id', 0, 2],
      ['req_flags', 2, 2],
      ['res_hndl', 4, 4],
      ['port_sel', 4, 4],
      ['lun_id', 8, 8],
      ['data_len', 0x10, 4],
      ['ioadl_len', 0x14, 4],
      ['data_ea', 0x18, 8],
      ['ioadl_ea', 0x18, 8],
      ['msi', 0x20, 1],
      ['rrq', 0x21, 1],
      ['timeout', 0x22, 2],
      ['rsvd1', 0x24, 4],
      ['cdb', 0x28, 16],
      ['reserved', 0x38, 8],
      ['ioasa', 0x38, 8],
    ],
  ],
  [
    sislite.SislIoasa,
    64,
    [
      ['rc', 0, 4],
      ['ioasc', 0, 4],
      ['resid', 4, 4],
      ['lunid_hi', 4, 4],
      ['port', 8, 1],
      ['afu_extra', 9, 1],
      ['scsi_extra', 0xa, 1],
      ['fc_extra', 0xb, 1],
      ['sense_data', 0xc, 20],
      ['lunid_lo', 0xc, 4],
      ['wwid', 0x10, 16],
      ['host_use', 0x20, 32],
      ['host_use_b', 0x20, 32],
    ],
  ],
  [
    sislite.SislRhtEntry,
    16,
    [
      ['lxt_start', 0, 8],
      ['lxt_cnt', 8, 4],
      ['rsvd', 12, 2],
      ['fp', 14, 1],
      ['nmask', 15, 1],
    ],
  ],
  [
    sislite.SislRhtEntryF1,
    16,
    [
      ['lun_id', 0, 8],
      ['dw', 8, 8],
      ['valid', 8, 1],
      ['rsvd', 9, 5],
      ['fp', 14, 1],
      ['port_sel', 15, 1],
    ],
  ],
];

/** Offsets of the registers that documents name by their offsets. */
const REGISTERS: readonly (readonly [AnyStruct, size: number, Readonly<Record<string, number>>])[] =
  [
    [
      sislite.SislHostMap,
      0x78,
      { intr_status: 8, ioarrin: 0x20, rrq_start: 0x28, cmd_room: 0x38, sq_ctx_reset: 0x70 },
    ],
    [sislite.SislCtrlMap, 0x48, { rht_cnt_id: 8, ctx_cap: 0x10, mbox_r: 0x18, lisn_ea: 0x30 }],
    [
      sislite.SislGlobalRegs,
      0x810,
      { afu_ctrl: 0x18, afu_port_sel: 0x30, afu_config: 0x38, afu_version: 0x800 },
    ],
  ];

describe('the layouts of SISLite (drivers/scsi/cxlflash/sislite.h)', () => {
  for (const [struct, size, rows] of TABLES) {
    it(`struct ${struct.name}`, () => {
      expect(struct.size).to.equal(size);
      const declared = struct.document().map((row) => [row.name, row.offset, row.size]);
      expect(declared).to.deep.equal(rows);
    });
  }

  for (const [struct, size, offsets] of REGISTERS) {
    it(`struct ${struct.name}: registers of 8 bytes`, () => {
      expect(struct.size).to.equal(size);
      for (const [name, offset] of Object.entries(offsets)) {
        expect(struct.fields[name]?.offset, name).to.equal(offset);
      }
    });
  }

  it('of the table of LUNs: the global window begins at 0x2010000 and holds all banks', () => {
    const { SIZE_4K, SIZE_64K, CXLFLASH_MAX_CONTEXT: contexts } = sislite;
    expect(contexts * SIZE_64K + contexts * 128).to.equal(0x201_0000);
    const words = sislite.CXLFLASH_NUM_REGS + sislite.CXLFLASH_NUM_VLUNS;
    const banks = sislite.CXLFLASH_MAX_FC_PORTS * words * 8;
    expect(2 * SIZE_4K + banks).to.equal(10 * SIZE_4K);
    expect(sislite.SislGlobalRegs.size).to.be.below(SIZE_4K);
  });
});

describe('bytes of SISLite (drivers/scsi/cxlflash/sislite.h)', () => {
  it('are big-endian in registers and little-endian in requests', () => {
    const map = sislite.SislHostMap.encode({ endian_ctrl: sislite.SISL_ENDIAN_CTRL_BE });
    expect([...map.subarray(0, 8)]).to.deep.equal([0x80, 0, 0, 0, 0, 0, 0, 0x80]);
    const request = sislite.SislIoarcb.encode({
      ctx_id: 0x0102,
      req_flags: sislite.SISL_REQ_FLAGS_RES_HNDL | sislite.SISL_REQ_FLAGS_HOST_WRITE,
    });
    expect([...request.subarray(0, 4)]).to.deep.equal([2, 1, 1, 0x80]);
  });

  it('give the four return codes as one word too', () => {
    const wire = sislite.SislIoasa.encode({
      rc: { flags: sislite.SISL_RC_FLAGS_UNDERRUN, afu_rc: 1, scsi_rc: 2, fc_rc: 0x5a },
    });
    expect([...wire.subarray(0, 4)]).to.deep.equal([0x10, 1, 2, 0x5a]);
    expect(sislite.SislIoasa.decode(wire).ioasc).to.equal(0x5a02_0110);
  });

  it('give the second half of a format 1 entry as one word too', () => {
    const wire = sislite.SislRhtEntryF1.encode({ valid: 0x80, fp: 0x13, port_sel: 3 });
    expect([...wire.subarray(8)]).to.deep.equal([0x80, 0, 0, 0, 0, 0, 0x13, 3]);
    expect(sislite.SislRhtEntryF1.decode(wire).dw).to.equal(0x0313_0000_0000_0080n);
  });
});
