import { expect } from 'chai';
import { describe, it } from 'mocha';
import * as sislite from './index.js';

/** Names after a common prefix, each with its value in hexadecimal, by source. */
const VALUES: readonly (readonly [source: string, prefix: string, values: string])[] = [
  [
    'sislite.h, req_flags',
    'SISL_REQ_FLAGS_',
    `RES_HNDL=8000 PORT_LUN_ID=0 SUP_UNDERRUN=4000 TIMEOUT_SECS=0 TIMEOUT_MSECS=40 TIMEOUT_USECS=80
     TIMEOUT_CYCLES=c0 TMF_CMD=4 AFU_CMD=2 HOST_WRITE=1 HOST_READ=0`,
  ],
  ['sislite.h, msi', 'SISL_MSI_', 'CXL_PFAULT=0 SYNC_ERROR=1 RRQ_UPDATED=2 ASYNC_ERROR=3'],
  ['sislite.h, cdb', 'SISL_AFU_CMD_', 'SYNC=c0 LUN_PROVISION=d0 DEBUG=e0'],
  ['sislite.h, sync mode', 'AFU_', 'LW_SYNC=0 HW_SYNC=1 GSYNC=2'],
  [
    'sislite.h, rc flags',
    'SISL_RC_FLAGS_',
    'SENSE_VALID=80 FCP_RSP_CODE_VALID=40 OVERRUN=20 UNDERRUN=10',
  ],
  [
    'sislite.h, afu_rc',
    'SISL_AFU_RC_',
    'RHT_INVALID=1 NOT_XLATE_HOST=1a NO_CHANNELS=20 CAP_VIOLATION=21 OUT_OF_DATA_BUFS=30 DATA_DMA_ERR=31',
  ],
  ['sislite.h, afu_extra', 'SISL_AFU_DMA_ERR_', 'PAGE_IN=a INVALID_EA=b'],
  ['sislite.h, scsi_rc', 'SISL_SCSI_RC_', 'CHECK=2 BUSY=8'],
  [
    'sislite.h, intr_status',
    'SISL_ISTATUS_PERM_ERR_',
    'LISN_3_EA=400 LISN_1_PASID=20 CMDROOM=10 RCB_READ=8 SA_WRITE=4 RRQ_WRITE=2',
  ],
  [
    'sislite.h, ctx_cap',
    'SISL_CTX_CAP_',
    `PROXY_ISSUE=8000000000000000 REAL_MODE=4000000000000000 HOST_XLATE=2000000000000000
     PROXY_TARGET=1000000000000000 AFU_CMD=8 GSCSI_CMD=4 WRITE_CMD=2 READ_CMD=1`,
  ],
  [
    'sislite.h, afu_config',
    'SISL_AFUCONF_',
    'AR_IOARCB=4000 AR_RRQ=100 AR_ALL=7f00 ENDIAN=20 MBOX_CLR_READ=10',
  ],
  ['sislite.h, task management', 'TMF_', 'LUN_RESET=1 CLEAR_ACA=2'],
  ['sislite.h, LUN provision', 'SISL_AFU_LUN_PROVISION_', 'CREATE=0 DELETE=1'],
  [
    'sislite.h, lengths and single values',
    'SISL_',
    `SENSE_DATA_LEN=14 WWID_DATA_LEN=10 IOASC_GOOD_COMPLETION=0 RESP_HANDLE_T_BIT=1
     ENDIAN_CTRL_BE=8000000000000080 ENDIAN_CTRL_LE=0 CTX_CTRL_UNMAP_SECTOR=8000000000000000
     CTX_CTRL_LISN_MASK=ff INTVER_CAP_SHIFT=10 INTVER_MAJ_SHIFT=8`,
  ],
  [
    'sislite.h, shutting down',
    'SISL_',
    `FC_SHUTDOWN_NORMAL=10 FC_SHUTDOWN_ABRUPT=20 STATUS_SHUTDOWN_ACTIVE=10
     STATUS_SHUTDOWN_COMPLETE=20`,
  ],
  ['sislite.h, permissions', 'RHT_PERM_', 'READ=1 WRITE=2 RW=3'],
  ['sislite.h, ports', 'PORT', '0=1 1=2 2=4 3=8'],
  ['vlun.h', 'LXT_', 'LUNIDX_SHIFT=8 PERM_SHIFT=4 GROUP_SIZE=8'],
  ['vlun.h, chunks', 'MC_', 'RHT_NMASK=10 CHUNK_SHIFT=10 CHUNK_SIZE=10000'],
  [
    'main.h, port registers',
    'FC_',
    `MTIP_CMDCONFIG=10 MTIP_STATUS=18 MAX_NUM_LUNS=80 CUR_NUM_LUNS=88 MAX_CAP_PORT=90
     CUR_CAP_PORT=98 PNAME=300 CONFIG=320 CONFIG2=328 STATUS=330 ERROR=380 ERRCAP=388 ERRMSK=390
     CNT_CRCERR=538 CRC_THRESH=580 MTIP_CMDCONFIG_ONLINE=20 MTIP_CMDCONFIG_OFFLINE=40
     MTIP_STATUS_MASK=30 MTIP_STATUS_ONLINE=20 MTIP_STATUS_OFFLINE=10`,
  ],
];

const EXPORTS = new Map<string, unknown>(Object.entries(sislite));

describe('values of SISLite (drivers/scsi/cxlflash)', () => {
  for (const [source, prefix, values] of VALUES) {
    it(source, () => {
      for (const assignment of values.split(/\s+/)) {
        const [name = '', hex] = assignment.split('=');
        const value = EXPORTS.get(`${prefix}${name}`) as number | bigint | undefined;
        expect(value?.toString(16), `${prefix}${name}`).to.equal(hex);
      }
    });
  }
});
