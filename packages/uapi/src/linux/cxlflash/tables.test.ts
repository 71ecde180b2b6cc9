import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyStruct } from '../../codec/index.js';
import { isStruct } from '../../codec/index.js';
import * as cxlflash from './index.js';

/**
 * Number of the ioctl and, after the header of 24 bytes, the fields of 8 bytes in their order. The
 * size stands in bits 16 to 29 of the number; the last 64 bytes of each are reserved.
 */
const IOCTLS: readonly (readonly [
  name: string,
  nr: number,
  expected: number,
  AnyStruct,
  string[],
])[] = [
  [
    'DK_CXLFLASH_ATTACH',
    cxlflash.DK_CXLFLASH_ATTACH,
    0xc090_ca80,
    cxlflash.DkCxlflashAttach,
    ['num_interrupts', 'context_id', 'mmio_size', 'block_size', 'adap_fd', 'last_lba', 'max_xfer'],
  ],
  [
    'DK_CXLFLASH_USER_DIRECT',
    cxlflash.DK_CXLFLASH_USER_DIRECT,
    0xc070_ca81,
    cxlflash.DkCxlflashUdirect,
    ['context_id', 'rsrc_handle', 'last_lba'],
  ],
  [
    'DK_CXLFLASH_RELEASE',
    cxlflash.DK_CXLFLASH_RELEASE,
    0xc068_ca82,
    cxlflash.DkCxlflashRelease,
    ['context_id', 'rsrc_handle'],
  ],
  [
    'DK_CXLFLASH_DETACH',
    cxlflash.DK_CXLFLASH_DETACH,
    0xc060_ca83,
    cxlflash.DkCxlflashDetach,
    ['context_id'],
  ],
  [
    'DK_CXLFLASH_RECOVER_AFU',
    cxlflash.DK_CXLFLASH_RECOVER_AFU,
    0xc078_ca85,
    cxlflash.DkCxlflashRecoverAfu,
    ['reason', 'context_id', 'mmio_size', 'adap_fd'],
  ],
  [
    'DK_CXLFLASH_USER_VIRTUAL',
    cxlflash.DK_CXLFLASH_USER_VIRTUAL,
    0xc078_ca87,
    cxlflash.DkCxlflashUvirtual,
    ['context_id', 'lun_size', 'rsrc_handle', 'last_lba'],
  ],
  [
    'DK_CXLFLASH_VLUN_RESIZE',
    cxlflash.DK_CXLFLASH_VLUN_RESIZE,
    0xc078_ca88,
    cxlflash.DkCxlflashResize,
    ['context_id', 'rsrc_handle', 'req_size', 'last_lba'],
  ],
  [
    'DK_CXLFLASH_VLUN_CLONE',
    cxlflash.DK_CXLFLASH_VLUN_CLONE,
    0xc070_ca89,
    cxlflash.DkCxlflashClone,
    ['context_id_src', 'context_id_dst', 'adap_fd_src'],
  ],
];

describe('ioctls of cxlflash (include/uapi/scsi/cxlflash_ioctl.h)', () => {
  for (const [name, nr, expected, struct, fields] of IOCTLS) {
    it(`${name}: number, and the fields between header and reserve`, () => {
      expect(nr.toString(16)).to.equal(expected.toString(16));
      const rows = struct.document().map((row) => [row.name, row.offset, row.size]);
      expect(rows).to.deep.equal([
        ['hdr', 0, 24],
        ...fields.map((field, i) => [field, 24 + 8 * i, 8]),
        ['reserved', 24 + 8 * fields.length, 64],
      ]);
      expect(struct.size).to.equal((expected >>> 16) & 0x3fff);
    });
  }

  it('whose arguments are not words of 8 bytes have their numbers', () => {
    expect([
      cxlflash.DK_CXLFLASH_VERIFY,
      cxlflash.DK_CXLFLASH_MANAGE_LUN,
      cxlflash.HT_CXLFLASH_LUN_PROVISION,
      cxlflash.HT_CXLFLASH_AFU_DEBUG,
    ]).to.deep.equal([0xc090_ca84, 0xc068_ca86, 0xc0a0_cabf, 0xc078_cabe]);
  });

  it('have their fields where the header puts them when those are not words of 8 bytes', () => {
    const places = (struct: AnyStruct): [string, number][] =>
      struct.document().map(({ name, offset }) => [name, offset]);
    expect(places(cxlflash.DkCxlflashHdr)).to.deep.equal([
      ['version', 0],
      ['rsvd', 2],
      ['flags', 8],
      ['return_flags', 16],
    ]);
    expect(places(cxlflash.DkCxlflashVerify).slice(4)).to.deep.equal([
      ['last_lba', 48],
      ['sense_data', 56],
      ['pad', 74],
      ['reserved', 80],
    ]);
    expect(places(cxlflash.DkCxlflashManageLun)).to.deep.equal([
      ['hdr', 0],
      ['wwid', 24],
      ['reserved', 40],
    ]);
    expect(places(cxlflash.HtCxlflashHdr)).to.deep.equal([
      ['version', 0],
      ['subcmd', 2],
      ['rsvd', 4],
      ['flags', 8],
      ['return_flags', 16],
    ]);
    expect(places(cxlflash.HtCxlflashLunProvision).slice(1, 9)).to.deep.equal([
      ['port', 24],
      ['reserved16', 26],
      ['size', 32],
      ['lun_id', 40],
      ['wwid', 48],
      ['max_num_luns', 64],
      ['cur_num_luns', 72],
      ['max_cap_port', 80],
    ]);
    expect(places(cxlflash.HtCxlflashAfuDebug).slice(1)).to.deep.equal([
      ['reserved8', 24],
      ['afu_subcmd', 28],
      ['data_ea', 40],
      ['data_len', 48],
      ['reserved32', 52],
      ['reserved', 56],
    ]);
  });

  it('have the versions, lengths and flags of the header', () => {
    expect([
      cxlflash.DK_CXLFLASH_VERSION_0,
      cxlflash.HT_CXLFLASH_VERSION_0,
      cxlflash.CXLFLASH_WWID_LEN,
      cxlflash.DK_CXLFLASH_MANAGE_LUN_WWID_LEN,
      cxlflash.DK_CXLFLASH_VERIFY_SENSE_LEN,
      cxlflash.HT_CXLFLASH_AFU_DEBUG_MAX_DATA_LEN,
      cxlflash.HT_CXLFLASH_AFU_DEBUG_SUBCMD_LEN,
    ]).to.deep.equal([0, 0, 16, 16, 18, 0x4_0000, 12]);
    expect([
      cxlflash.HT_CXLFLASH_LUN_PROVISION_SUBCMD_CREATE_LUN,
      cxlflash.HT_CXLFLASH_LUN_PROVISION_SUBCMD_DELETE_LUN,
      cxlflash.HT_CXLFLASH_LUN_PROVISION_SUBCMD_QUERY_PORT,
    ]).to.deep.equal([1, 2, 3]);
    expect([cxlflash.HT_CXLFLASH_HOST_READ, cxlflash.HT_CXLFLASH_HOST_WRITE]).to.deep.equal([
      0n,
      1n,
    ]);
    expect([
      cxlflash.DK_CXLFLASH_ALL_PORTS_ACTIVE,
      cxlflash.DK_CXLFLASH_APP_CLOSE_ADAP_FD,
      cxlflash.DK_CXLFLASH_CONTEXT_SQ_CMD_MODE,
    ]).to.deep.equal([1n, 2n, 4n]);
    expect([
      cxlflash.DK_CXLFLASH_ATTACH_REUSE_CONTEXT,
      cxlflash.DK_CXLFLASH_UVIRTUAL_NEED_WRITE_SAME,
      cxlflash.DK_CXLFLASH_VERIFY_HINT_SENSE,
      cxlflash.DK_CXLFLASH_MANAGE_LUN_ENABLE_SUPERPIPE,
      cxlflash.DK_CXLFLASH_MANAGE_LUN_DISABLE_SUPERPIPE * 2n,
      cxlflash.DK_CXLFLASH_MANAGE_LUN_ALL_PORTS_ACCESSIBLE * 4n,
    ]).to.deep.equal(Array.from({ length: 6 }, () => 0x8000_0000_0000_0000n));
  });

  it('have no two numbers alike, and no struct without a test', () => {
    const numbers = Object.values<unknown>(cxlflash).filter(
      (value) => typeof value === 'number' && value > 0xc000_0000,
    );
    expect(new Set(numbers).size).to.equal(12);
    expect(Object.values<unknown>(cxlflash).filter(isStruct)).to.have.length(14);
  });

  it('tell a new context in the highest bit of the return flags', () => {
    const wire = cxlflash.DkCxlflashRecoverAfu.encode({
      hdr: {
        return_flags:
          cxlflash.DK_CXLFLASH_RECOVER_AFU_CONTEXT_RESET | cxlflash.DK_CXLFLASH_APP_CLOSE_ADAP_FD,
      },
    });
    expect([...wire.subarray(16, 24)]).to.deep.equal([2, 0, 0, 0, 0, 0, 0, 0x80]);
  });
});
