import {
  READ_16,
  SISL_MSI_RRQ_UPDATED,
  SISL_REQ_FLAGS_HOST_WRITE,
  SISL_REQ_FLAGS_RES_HNDL,
  SislIoarcb,
  WRITE_16,
} from '@mdevkit/uapi';
import { REQUEST_BYTES, RESPONSE_BYTES } from '../../abi/index.js';
import type { ContextMemory } from '../memory/index.js';
import type { Command } from './command.js';
import type { RequestTimeout } from './request-timeout.js';

const CDB = SislIoarcb.fields.cdb.offset;
/** Offsets in a CDB of 16 bytes (SBC-3, READ(16) and WRITE(16)). */
const CDB_LBA = CDB + 2;
const CDB_BLOCKS = CDB + 10;

/**
 * Writes requests into the memory of a context.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_ioarcb; open-power/capiflash src/block/cflash_block_sisl.c,
 * cblk_build_sisl_cmd.
 */
export class RequestWriter {
  readonly #memory: ContextMemory;
  readonly #contextNumber: number;
  readonly #timeout: RequestTimeout;
  readonly #request = SislIoarcb.view();

  constructor(memory: ContextMemory, contextNumber: number, timeout: RequestTimeout) {
    this.#memory = memory;
    this.#contextNumber = contextNumber;
    this.#timeout = timeout;
  }

  /** Writes the request of a command that has a place, and takes away what is left of an older response. */
  write(command: Command): void {
    const { slot, dataAt } = command.place;
    const { bytes, view } = this.#memory;
    const at = this.#memory.requestAt(slot);
    bytes.fill(0, at, at + REQUEST_BYTES + RESPONSE_BYTES);
    const request = this.#request.at(view, at);
    request.ctx_id = this.#contextNumber;
    request.req_flags =
      SISL_REQ_FLAGS_RES_HNDL |
      this.#timeout.flags |
      (command.isWrite ? SISL_REQ_FLAGS_HOST_WRITE : 0);
    request.res_hndl = command.resource;
    request.data_len = command.length;
    request.data_ea = BigInt(this.#memory.dataAddress(dataAt));
    request.msi = SISL_MSI_RRQ_UPDATED;
    request.timeout = this.#timeout.value;
    view.setUint8(at + CDB, command.isWrite ? WRITE_16 : READ_16);
    view.setUint32(at + CDB_LBA, Math.floor(command.lba / 2 ** 32));
    view.setUint32(at + CDB_LBA + 4, command.lba >>> 0);
    view.setUint32(at + CDB_BLOCKS, command.blockCount);
  }
}
