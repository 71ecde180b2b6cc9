import { expect } from 'chai';
import { describe, it } from 'mocha';
import * as scsi from './index.js';

describe('SCSI (include/scsi/scsi_proto.h)', () => {
  it('a command tells the length of its CDB in its top three bits (SPC-4, operation code)', () => {
    const group = (opcode: number): number => opcode >> 5;
    const bySize = {
      6: [scsi.TEST_UNIT_READY, scsi.REQUEST_SENSE, scsi.INQUIRY],
      10: [scsi.SYNCHRONIZE_CACHE, scsi.UNMAP],
      16: [scsi.READ_16, scsi.WRITE_16, scsi.WRITE_SAME_16, scsi.SERVICE_ACTION_IN_16],
      12: [scsi.REPORT_LUNS],
    };
    expect(bySize[6].map(group)).to.deep.equal([0, 0, 0]);
    expect(bySize[10].map(group)).to.deep.equal([1, 2]);
    expect(bySize[16].map(group)).to.deep.equal([4, 4, 4, 4]);
    expect(bySize[12].map(group)).to.deep.equal([5]);
  });

  it('the commands have their numbers', () => {
    expect([scsi.INQUIRY, scsi.READ_16, scsi.WRITE_16, scsi.WRITE_SAME_16]).to.deep.equal([
      0x12, 0x88, 0x8a, 0x93,
    ]);
    expect([scsi.SERVICE_ACTION_IN_16, scsi.SAI_READ_CAPACITY_16]).to.deep.equal([0x9e, 0x10]);
  });

  it('the other commands and the status have their numbers', () => {
    expect([
      scsi.TEST_UNIT_READY,
      scsi.REQUEST_SENSE,
      scsi.SYNCHRONIZE_CACHE,
      scsi.UNMAP,
      scsi.REPORT_LUNS,
    ]).to.deep.equal([0, 3, 0x35, 0x42, 0xa0]);
    expect([
      scsi.SAM_STAT_GOOD,
      scsi.SAM_STAT_CHECK_CONDITION,
      scsi.SAM_STAT_BUSY,
      scsi.SAM_STAT_RESERVATION_CONFLICT,
      scsi.SAM_STAT_TASK_SET_FULL,
    ]).to.deep.equal([0, 2, 8, 0x18, 0x28]);
  });

  it('sense keys count from 0 and leave out two before ABORTED COMMAND', () => {
    expect([
      scsi.NO_SENSE,
      scsi.RECOVERED_ERROR,
      scsi.NOT_READY,
      scsi.MEDIUM_ERROR,
      scsi.HARDWARE_ERROR,
      scsi.ILLEGAL_REQUEST,
      scsi.UNIT_ATTENTION,
      scsi.DATA_PROTECT,
      scsi.BLANK_CHECK,
    ]).to.deep.equal(Array.from({ length: 9 }, (_, i) => i));
    expect(scsi.ABORTED_COMMAND).to.equal(0xb);
  });
});
