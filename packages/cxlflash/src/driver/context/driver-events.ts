import type { AfuDriverEvent, AfuDriverOps } from '@mdevkit/core';
import { Errno } from '@mdevkit/uapi';
import { FLASH_EVENT_MERGED, FlashEvent, type FlashEventCode } from '../../abi/index.js';

/** What happened, without the context that it happened to. */
export interface FlashNews {
  readonly kind: FlashEventCode;
  readonly flags?: number;
  readonly lun: bigint;
  readonly value?: bigint;
}

/** News that nobody has read to the end yet. */
class PendingEvent implements AfuDriverEvent {
  readonly data = new Uint8Array(FlashEvent.size);
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/**
 * The events of the driver for one context, until they are read. News of what nobody has read yet bring that up to date
 * instead of standing behind it, so a client that does not read costs one event for each thing that can happen to it.
 *
 * Source: Linux include/misc/cxl.h, struct cxl_afu_driver_ops.
 */
export class DriverEventQueue implements AfuDriverOps<PendingEvent> {
  readonly #contextId: bigint;
  readonly #notify: (events: number) => unknown;
  readonly #waiting: PendingEvent[] = [];

  /** `notify` is that of the context's events. */
  constructor(contextId: bigint, notify: (events: number) => unknown) {
    this.#contextId = contextId;
    this.#notify = notify;
  }

  /** `key` tells what the news are about, within their kind. */
  post(news: FlashNews, key: bigint): void {
    const name = `${news.kind} ${key}`;
    const known = this.#waiting.find((event) => event.key === name);
    const event = known ?? new PendingEvent(name);
    FlashEvent.encode(
      {
        kind: news.kind,
        flags: ((news.flags ?? 0) | (known === undefined ? 0 : FLASH_EVENT_MERGED)) >>> 0,
        context_id: this.#contextId,
        lun: news.lun,
        value: news.value ?? 0n,
      },
      event.data,
    );
    if (known === undefined) {
      this.#waiting.push(event);
      this.#notify(1);
    }
  }

  fetchEvent(): PendingEvent | undefined {
    return this.#waiting.shift();
  }

  /** An event that did not reach its reader is offered again. */
  eventDelivered(_event: PendingEvent, status: number): 'retry' | 'drop' {
    return status === -Errno.EFAULT ? 'retry' : 'drop';
  }
}
