/** BAR 0 (64 bits): a window of {@link HOST_STRIDE} bytes for each context, in the order of their numbers. */
export const HOST_BAR = 0;

/** Bytes of a context's window, and how far windows are apart. Source: drivers/scsi/cxlflash/sislite.h, SIZE_64K. */
export const HOST_STRIDE = 0x1_0000;

/** Commands that a context may have under way: what `cmd_room` says of an idle one. */
export const COMMAND_ROOM = 64;

/** Resource handles of a context: a page of entries of 16 bytes. Source: drivers/scsi/cxlflash/superpipe.h, MAX_RHT_PER_CONTEXT. */
export const MAX_RESOURCES = 256;

/** Interrupts that a context may ask for. Source: drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_attach. */
export const MAX_INTERRUPTS = 4;

/** Bytes that one command may transfer, at the most. Source: drivers/scsi/cxlflash/common.h, CXLFLASH_MAX_SECTORS. */
export const MAX_TRANSFER = 0x100_0000;

/** Alignment of a request and of its data. Source: drivers/scsi/cxlflash/sislite.h, struct sisl_ioarcb. */
export const REQUEST_ALIGNMENT = 16;

/** Bytes of a request; its response of as many bytes follows it. */
export const REQUEST_BYTES = 64;
export const RESPONSE_BYTES = 64;

/** Bytes of a response that the device writes; what is behind them is the user's own. */
export const RESPONSE_WRITTEN = 32;

/** Bytes of an entry of the response queue. */
export const RRQ_ENTRY_BYTES = 8;
