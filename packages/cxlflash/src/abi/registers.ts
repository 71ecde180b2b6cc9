import { SislHostMap } from '@mdevkit/uapi';

const { fields } = SislHostMap;

/**
 * The registers of a context, by their offsets in its window. Each is 8 bytes, big endian whatever the host is; an access
 * of another size or alignment reads all-ones and writes nothing. So does every access to the window of a context that is
 * not attached, or that has failed.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_host_map.
 */
export const HostRegister = {
  ENDIAN_CTRL: fields.endian_ctrl.offset,
  INTR_STATUS: fields.intr_status.offset,
  INTR_CLEAR: fields.intr_clear.offset,
  INTR_MASK: fields.intr_mask.offset,
  IOARRIN: fields.ioarrin.offset,
  RRQ_START: fields.rrq_start.offset,
  RRQ_END: fields.rrq_end.offset,
  CMD_ROOM: fields.cmd_room.offset,
  CTX_CTRL: fields.ctx_ctrl.offset,
  MBOX_W: fields.mbox_w.offset,
} as const;

/** Written to IOARRIN it resets the context; IOARRIN reads as this until that is done. */
export const CONTEXT_RESET = 1n;

/** What a register reads as when nobody answers. */
export const ALL_ONES = 0xffff_ffff_ffff_ffffn;
