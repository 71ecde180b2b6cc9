import type { Dma, Iova } from '@mdevkit/core';
import {
  SISL_AFU_RC_RHT_DMA_ERR,
  SISL_AFU_RC_RHT_INVALID,
  SISL_AFU_RC_RHT_OUT_OF_BOUNDS,
  SISL_AFU_RC_RHT_RW_PERM,
  SISL_AFU_RC_RHT_UNALIGNED,
  SislRhtEntryF1,
} from '@mdevkit/uapi';
import { iovaAt, isAligned } from './iova-range.js';
import type { Outcome } from './outcome.js';

const { fields } = SislRhtEntryF1;
const ENTRY_BYTES = SislRhtEntryF1.size;
/** Format 1 in the high half of `fp`, and the bit that makes an entry valid. */
const FORMAT_PHYSICAL = 1;
const VALID = 0x80;

/** Where the resource table of a context is: its registers that only the driver sees. */
export interface ControlRegisters {
  readonly rhtStart: Iova;
  readonly rhtCount: number;
  /** SISL_CTX_CAP_*. */
  readonly capabilities: bigint;
}

/** What a valid entry says. */
export interface Resource {
  readonly lunId: bigint;
  readonly ports: number;
}

/**
 * The AFU's way from a resource handle to a disk: reads the entry from the driver's memory each time, and believes nothing
 * of it.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_rht_entry_f1, SISL_AFU_RC_RHT_*.
 */
export class ResourceLookup {
  readonly #dma: Pick<Dma, 'read'>;
  readonly #entry = new Uint8Array(ENTRY_BYTES);
  readonly #view = new DataView(this.#entry.buffer);

  constructor(dma: Pick<Dma, 'read'>) {
    this.#dma = dma;
  }

  find(control: ControlRegisters, handle: number, permission: number): Resource | Outcome {
    if (handle >= control.rhtCount) {
      return { afuRc: SISL_AFU_RC_RHT_OUT_OF_BOUNDS };
    }
    if (!isAligned(control.rhtStart, ENTRY_BYTES)) {
      return { afuRc: SISL_AFU_RC_RHT_UNALIGNED };
    }
    try {
      this.#dma.read(iovaAt(control.rhtStart, handle * ENTRY_BYTES), this.#entry);
    } catch {
      return { afuRc: SISL_AFU_RC_RHT_DMA_ERR };
    }
    const fp = this.#view.getUint8(fields.fp.offset);
    // A free entry is zero: it permits nothing.
    if ((fp & permission) !== permission) {
      return { afuRc: SISL_AFU_RC_RHT_RW_PERM };
    }
    const isValid = (this.#view.getUint8(fields.valid.offset) & VALID) !== 0;
    if (fp >> 4 !== FORMAT_PHYSICAL || !isValid) {
      return { afuRc: SISL_AFU_RC_RHT_INVALID };
    }
    return {
      lunId: this.#view.getBigUint64(fields.lun_id.offset, true),
      ports: this.#view.getUint8(fields.port_sel.offset),
    };
  }
}
