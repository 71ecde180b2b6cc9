import { struct, u32, u64, type StructValue } from '@mdevkit/uapi';

/**
 * What the driver tells a context, as AFU_DRIVER events on its descriptor. They come beside the signs that every cxlflash
 * user knows, all-ones registers and failed commands.
 */
export const FlashEventKind = {
  /** The context has failed: its registers read all-ones, and it can only be given back. */
  CTX_ERROR: 1,
  /** The context works again; `value` is its new context id. */
  CTX_RECOVERED: 2,
  /** The disk has another size; `value` is its last block. */
  LUN_CAPACITY: 3,
  /** The disk is gone for good. */
  LUN_GONE: 4,
  /** A port that leads to a disk of the context: `value` is its number, and LINK_UP says how it is now. */
  PORT_LINK: 5,
  /** A handle was released whose commands have not ended yet; `value` is its number, which is not given out until then. */
  SYNC_RETRY: 6,
} as const;

/** A value of {@link FlashEventKind}. */
export type FlashEventCode = (typeof FlashEventKind)[keyof typeof FlashEventKind];

/** Flag of PORT_LINK: the link is up. */
export const FLASH_EVENT_LINK_UP = 1 << 0;
/** Flag of every kind: the same happened before, and nobody had read it yet; this is how things are now. */
export const FLASH_EVENT_MERGED = 1 << 31;

/** `lun` of an event that concerns no disk. */
export const NO_LUN = 0xffff_ffff_ffff_ffffn;

/** The data of an AFU_DRIVER event. Later fields may be appended: a reader takes the length as a minimum. */
export const FlashEvent = struct('flash_event', {
  kind: u32(0),
  flags: u32(4),
  context_id: u64(8),
  lun: u64(16),
  value: u64(24),
});

/** {@link FlashEvent}, decoded. */
export type FlashEventValue = StructValue<typeof FlashEvent>;
