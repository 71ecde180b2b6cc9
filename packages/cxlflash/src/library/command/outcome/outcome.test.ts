import * as uapi from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FakeAfu, type FakeOutcome } from '../../fake-afu.test-support.js';
import { ContextMemory } from '../../memory/index.js';
import { cxlflashReasons, type LibraryReason } from '../../../errors/index.js';
import { responseError, verdictOf } from './index.js';

type Row = readonly [title: string, outcome: FakeOutcome, verdict: string];

function rows(
  prefix: string,
  field: 'afu_rc' | 'fc_rc' | 'scsi_rc',
  table: readonly (readonly [keyof typeof uapi, string])[],
): readonly Row[] {
  return table.map(([name, verdict]) => {
    const value = uapi[name];
    if (typeof value !== 'number') {
      throw new TypeError(`${name} is not a number`);
    }
    return [`${prefix} ${name}`, { rc: { [field]: value } }, verdict] as const;
  });
}

const afu = rows('afu_rc', 'afu_rc', [
  ['SISL_AFU_RC_RHT_INVALID', 'fail EIO cxlflash.resource'],
  ['SISL_AFU_RC_RHT_UNALIGNED', 'fail EIO cxlflash.resource'],
  ['SISL_AFU_RC_RHT_OUT_OF_BOUNDS', 'fail EIO cxlflash.resource'],
  ['SISL_AFU_RC_RHT_DMA_ERR', 'fail EIO cxlflash.dma-fault'],
  ['SISL_AFU_RC_RHT_RW_PERM', 'retry EIO cxlflash.permission'],
  ['SISL_AFU_RC_LXT_UNALIGNED', 'fail EIO cxlflash.resource'],
  ['SISL_AFU_RC_LXT_OUT_OF_BOUNDS', 'fail EIO cxlflash.resource'],
  ['SISL_AFU_RC_LXT_DMA_ERR', 'fail EIO cxlflash.dma-fault'],
  ['SISL_AFU_RC_LXT_RW_PERM', 'retry EIO cxlflash.permission'],
  ['SISL_AFU_RC_NOT_XLATE_HOST', 'retry EIO cxlflash.afu-error'],
  ['SISL_AFU_RC_NO_CHANNELS', 'delay ENETDOWN cxlflash.link-down'],
  ['SISL_AFU_RC_CAP_VIOLATION', 'retry EIO cxlflash.cap-violation'],
  ['SISL_AFU_RC_OUT_OF_DATA_BUFS', 'retry EIO cxlflash.no-buffers'],
  ['SISL_AFU_RC_DATA_DMA_ERR', 'fail EIO cxlflash.dma-fault'],
]);

const fc = rows('fc_rc', 'fc_rc', [
  ['SISL_FC_RC_ABORTPEND', 'delay ETIMEDOUT cxlflash.abort-pending'],
  ['SISL_FC_RC_WRABORTPEND', 'fail EIO cxlflash.fc-error'],
  ['SISL_FC_RC_NOLOGI', 'retry ENETDOWN cxlflash.link-down'],
  ['SISL_FC_RC_NOEXP', 'fail EIO cxlflash.fc-error'],
  ['SISL_FC_RC_INUSE', 'fail EIO cxlflash.fc-error'],
  ['SISL_FC_RC_LINKDOWN', 'retry ENETDOWN cxlflash.link-down'],
  ['SISL_FC_RC_ABORTOK', 'retry EIO cxlflash.fc-error'],
  ['SISL_FC_RC_ABORTFAIL', 'retry EIO cxlflash.fc-error'],
  ['SISL_FC_RC_RESID', 'retry EIO cxlflash.fc-error'],
  ['SISL_FC_RC_RESIDERR', 'retry EIO cxlflash.fc-error'],
  ['SISL_FC_RC_TGTABORT', 'retry EIO cxlflash.fc-error'],
]);

const scsi = rows('scsi_rc without sense', 'scsi_rc', [
  ['SAM_STAT_CHECK_CONDITION', 'retry EIO cxlflash.check-condition'],
  ['SAM_STAT_BUSY', 'delay EBUSY cxlflash.busy'],
  ['SAM_STAT_TASK_SET_FULL', 'delay EBUSY cxlflash.busy'],
  ['SAM_STAT_RESERVATION_CONFLICT', 'fail EBUSY cxlflash.reserved'],
]);

function sense(key: number, asc = 0, ascq = 0): FakeOutcome {
  return { rc: { scsi_rc: uapi.SAM_STAT_CHECK_CONDITION }, sense: [key, asc, ascq] };
}

const checks: readonly Row[] = [
  ['sense NO SENSE', sense(uapi.NO_SENSE), 'good'],
  ['sense RECOVERED ERROR', sense(uapi.RECOVERED_ERROR), 'good'],
  ['sense NOT READY', sense(uapi.NOT_READY), 'retry EIO cxlflash.check-condition'],
  ['sense MEDIUM ERROR', sense(uapi.MEDIUM_ERROR), 'fail EIO cxlflash.check-condition'],
  ['sense HARDWARE ERROR', sense(uapi.HARDWARE_ERROR), 'fail EIO cxlflash.check-condition'],
  ['sense ILLEGAL REQUEST', sense(uapi.ILLEGAL_REQUEST), 'fail EIO cxlflash.check-condition'],
  ['sense DATA PROTECT', sense(uapi.DATA_PROTECT), 'fail EIO cxlflash.check-condition'],
  ['sense ABORTED COMMAND', sense(uapi.ABORTED_COMMAND), 'fail EIO cxlflash.check-condition'],
  ['UNIT ATTENTION 29', sense(uapi.UNIT_ATTENTION, 0x29), 'verify EIO cxlflash.check-condition'],
  ['UNIT ATTENTION 2A', sense(uapi.UNIT_ATTENTION, 0x2a), 'verify EIO cxlflash.check-condition'],
  [
    'UNIT ATTENTION 3F/0E',
    sense(uapi.UNIT_ATTENTION, 0x3f, 0x0e),
    'verify EIO cxlflash.check-condition',
  ],
  [
    'UNIT ATTENTION 3F/03',
    sense(uapi.UNIT_ATTENTION, 0x3f, 3),
    'fail EIO cxlflash.check-condition',
  ],
  ['UNIT ATTENTION 28', sense(uapi.UNIT_ATTENTION, 0x28), 'fail EIO cxlflash.check-condition'],
];

const others: readonly Row[] = [
  ['nothing at all', {}, 'good'],
  [
    'a page on its way',
    { rc: { afu_rc: uapi.SISL_AFU_RC_DATA_DMA_ERR }, afuExtra: uapi.SISL_AFU_DMA_ERR_PAGE_IN },
    'retry EIO cxlflash.dma-fault',
  ],
  [
    'an address where nothing is',
    { rc: { afu_rc: uapi.SISL_AFU_RC_DATA_DMA_ERR }, afuExtra: uapi.SISL_AFU_DMA_ERR_INVALID_EA },
    'fail EIO cxlflash.dma-fault',
  ],
  ['an unknown afu_rc', { rc: { afu_rc: 0x99 } }, 'retry EIO cxlflash.afu-error'],
  ['an unknown fc_rc', { rc: { fc_rc: 0x99 } }, 'retry EIO cxlflash.fc-error'],
  ['an unknown scsi_rc', { rc: { scsi_rc: 0x99 } }, 'fail EIO cxlflash.scsi-status'],
  [
    'an underrun alone',
    { rc: { flags: uapi.SISL_RC_FLAGS_UNDERRUN }, resid: 512 },
    'fail EIO cxlflash.short',
  ],
  ['an overrun alone', { rc: { flags: uapi.SISL_RC_FLAGS_OVERRUN } }, 'fail EIO cxlflash.short'],
  [
    'an underrun with a recovered error',
    {
      rc: { flags: uapi.SISL_RC_FLAGS_UNDERRUN, scsi_rc: uapi.SAM_STAT_CHECK_CONDITION },
      sense: [uapi.RECOVERED_ERROR, 0, 0],
    },
    'fail EIO cxlflash.short',
  ],
  [
    'the AFU counts before port and disk',
    { rc: { afu_rc: uapi.SISL_AFU_RC_RHT_INVALID, fc_rc: uapi.SISL_FC_RC_LINKDOWN, scsi_rc: 8 } },
    'fail EIO cxlflash.resource',
  ],
  [
    'the port counts before the disk',
    { rc: { fc_rc: uapi.SISL_FC_RC_LINKDOWN, scsi_rc: uapi.SAM_STAT_BUSY } },
    'retry ENETDOWN cxlflash.link-down',
  ],
];

function respond(outcome: FakeOutcome): { readonly view: DataView; readonly at: number } {
  const memory = new ContextMemory({ slots: 1, bufferBytes: 4096 }, (n) => new Uint8Array(n), 0);
  const address = memory.requestAt(0);
  const request = uapi.SislIoarcb.decode(memory.bytes, address);
  new FakeAfu(memory).writeResponse({ address, request }, outcome);
  return { view: memory.view, at: memory.responseAt(0) };
}

function errnoOf(reason: LibraryReason): string {
  return cxlflashReasons[reason].errno;
}

describe('responses (open-power/capiflash cflash_block_sisl.c, cblk_process_sisl_cmd_err)', () => {
  for (const [title, outcome, expected] of [...afu, ...fc, ...scsi, ...checks, ...others]) {
    it(`${title}: ${expected}`, () => {
      const { view, at } = respond(outcome);
      const verdict = verdictOf(view, at);
      const found =
        verdict.kind === 'good'
          ? 'good'
          : `${verdict.kind} ${errnoOf(verdict.reason)} ${verdict.reason}`;
      expect(found).to.equal(expected);
    });
  }

  it('every code of sislite.h has a row', () => {
    const named = [...afu, ...fc].map(([title]) => title.split(' ')[1]);
    const codes = Object.keys(uapi).filter((name) => /^SISL_(AFU|FC)_RC_/.test(name));
    expect(codes.filter((code) => !named.includes(code))).to.deep.equal([]);
    expect(codes.length).to.be.greaterThan(20);
  });

  it('an error names every code that the response has (struct sisl_ioasa)', () => {
    const { view, at } = respond({
      rc: { flags: 0x10, afu_rc: 1, scsi_rc: 2, fc_rc: 3 },
      afuExtra: 4,
      resid: 512,
      sense: [0x13, 0x11, 0x22],
    });
    expect(responseError('cxlflash.check-condition', view, at).details).to.deep.equal({
      afu_rc: 1,
      scsi_rc: 2,
      fc_rc: 3,
      flags: 0x90,
      resid: 512,
      port: 0,
      afu_extra: 4,
      scsi_extra: 0,
      fc_extra: 0,
      key: 3,
      asc: 0x11,
      ascq: 0x22,
    });
  });
});
