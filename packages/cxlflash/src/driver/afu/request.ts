import type { Iova } from '@mdevkit/core';
import { SislIoarcb } from '@mdevkit/uapi';
import { readIova } from './iova-range.js';

const { fields } = SislIoarcb;
const CDB = fields.cdb.offset;

/**
 * A request as it was found in the memory of a client; nothing of it is checked. The CDB is big-endian, everything else in
 * the byte order that the context has chosen.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_ioarcb; READ(16) and WRITE(16) of SBC-3, 5.13 and 5.34.
 */
export interface Request {
  readonly context: number;
  readonly flags: number;
  readonly handle: number;
  readonly dataLength: number;
  readonly dataAddress: Iova;
  /** Of a list of addresses, which there is not. */
  readonly listLength: number;
  readonly interrupt: number;
  readonly queue: number;
  readonly timeout: number;
  readonly opcode: number;
  /** Byte 1 of the CDB. */
  readonly options: number;
  readonly lba: Iova;
  readonly blocks: number;
}

export function decodeRequest(bytes: DataView, littleEndian: boolean): Request {
  return {
    context: bytes.getUint16(fields.ctx_id.offset, littleEndian),
    flags: bytes.getUint16(fields.req_flags.offset, littleEndian),
    handle: bytes.getUint32(fields.res_hndl.offset, littleEndian),
    dataLength: bytes.getUint32(fields.data_len.offset, littleEndian),
    listLength: bytes.getUint32(fields.ioadl_len.offset, littleEndian),
    dataAddress: readIova(bytes, fields.data_ea.offset, littleEndian),
    interrupt: bytes.getUint8(fields.msi.offset),
    queue: bytes.getUint8(fields.rrq.offset),
    timeout: bytes.getUint16(fields.timeout.offset, littleEndian),
    opcode: bytes.getUint8(CDB),
    options: bytes.getUint8(CDB + 1),
    lba: readIova(bytes, CDB + 2, false),
    blocks: bytes.getUint32(CDB + 10, false),
  };
}
