import {
  FLASH_EVENT_LINK_UP,
  FLASH_EVENT_MERGED,
  FlashEvent,
  FlashEventKind,
} from '../../abi/index.js';

/**
 * What a context is told beside the ends of its commands. `isMerged`: the same happened before and was not read; this is how
 * things are now. `lost` stands where a reader that was too slow missed `count` events.
 */
export type ContextEvent =
  /** The disk has another size; `lastLba` counts its own blocks. */
  | {
      readonly kind: 'lun-capacity';
      readonly disk: number;
      readonly lastLba: bigint;
      readonly isMerged: boolean;
    }
  /** The disk is gone for good. */
  | { readonly kind: 'lun-gone'; readonly disk: number }
  /** The link of a port that leads to a disk of the context. */
  | {
      readonly kind: 'port-link';
      readonly port: number;
      readonly isUp: boolean;
      readonly isMerged: boolean;
    }
  /** The context has failed. It can only be closed. */
  | { readonly kind: 'context-error' }
  /** The context works again, under another id. */
  | { readonly kind: 'context-recovered'; readonly contextId: bigint }
  /** A handle was released whose commands have not ended. */
  | { readonly kind: 'sync-retry'; readonly resource: number }
  /** A command used an address that the device could not translate. */
  | { readonly kind: 'fault'; readonly address: bigint; readonly dsisr: bigint }
  /** A failure of the AFU, in its own terms. */
  | { readonly kind: 'afu-error'; readonly error: bigint }
  /** The driver says something that is not known here. */
  | { readonly kind: 'unknown'; readonly data: Uint8Array }
  | { readonly kind: 'lost'; readonly count: number };

/** What the data of an AFU_DRIVER event mean. Data that are too short are `unknown`, too. */
export function driverEvent(data: Uint8Array): ContextEvent {
  if (data.length < FlashEvent.size) {
    return { kind: 'unknown', data };
  }
  const { kind, flags, lun, value } = FlashEvent.decode(data);
  const isMerged = (flags & FLASH_EVENT_MERGED) !== 0;
  switch (kind) {
    case FlashEventKind.CTX_ERROR:
      return { kind: 'context-error' };
    case FlashEventKind.CTX_RECOVERED:
      return { kind: 'context-recovered', contextId: value };
    case FlashEventKind.LUN_CAPACITY:
      return { kind: 'lun-capacity', disk: Number(lun), lastLba: value, isMerged };
    case FlashEventKind.LUN_GONE:
      return { kind: 'lun-gone', disk: Number(lun) };
    case FlashEventKind.PORT_LINK: {
      const isUp = (flags & FLASH_EVENT_LINK_UP) !== 0;
      return { kind: 'port-link', port: Number(value), isUp, isMerged };
    }
    case FlashEventKind.SYNC_RETRY:
      return { kind: 'sync-retry', resource: Number(value) };
    default:
      return { kind: 'unknown', data };
  }
}
