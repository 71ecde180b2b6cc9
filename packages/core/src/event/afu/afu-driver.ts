import { failure } from '../../errors/index.js';

/** An event that belongs to the driver of an AFU. Its memory is the driver's before it was fetched and after it has ended. */
export interface AfuDriverEvent {
  /** What the reader gets after the header: at most 4088 bytes, whose meaning is the driver's own. Not copied. */
  readonly data: Uint8Array;
}

/** The context that a callback is about, so that one driver may serve many. */
export interface AfuContext {
  /** Number of the context at its AFU, in the header of every event. */
  readonly processElement: number;
  /** As {@link AfuContextEvents.notify}. */
  notify(newEvents: number): boolean;
}

/** What becomes of an event that could not be copied to its reader: it stays (`retry`, what undefined means too), or ends. */
export type CopyVerdict = 'retry' | 'drop';

/**
 * The callbacks of a driver that passes events of its own to the readers of a context. Whatever they throw or reject is
 * counted and logged, and reaches no reader.
 *
 * Source: Linux include/misc/cxl.h, struct cxl_afu_driver_ops, as its reviews wanted it.
 */
export interface AfuDriverOps<E extends AfuDriverEvent = AfuDriverEvent> {
  /**
   * Hands over the next event of the context, or undefined if there is none after all. May take its time: neither interrupts,
   * faults nor `notify` wait for it. It is called again only when it has answered and the event that it gave has ended,
   * also if its answer comes so late that nobody waits for it.
   */
  fetchEvent(context: AfuContext): E | undefined | Promise<E | undefined>;
  /**
   * What became of an event that was fetched. `status` is 0 when the reader has all of it, -EINVAL when it is too large,
   * -ECANCELED when the context is freed first, and -EFAULT when it could not be copied: then the answer says whether the
   * same object is offered to the next reader. All but -EFAULT with `retry` end the event; each event ends once.
   */
  eventDelivered(
    event: E,
    status: number,
    context: AfuContext,
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a driver that always retries returns nothing
  ): CopyVerdict | undefined | void;
}

/** Bounds the time that a driver may take: rejects when `run` has not answered in time. `ModelGuard` is one. */
export interface FetchGuard {
  call<T>(what: string, run: () => T | Promise<T>): Promise<T>;
}

/** @throws MdevError EINVAL `afu.driver-ops` */
export function checkDriverOps(ops: AfuDriverOps): void {
  const given = ops as Partial<Record<keyof AfuDriverOps, unknown>> | undefined;
  for (const callback of ['fetchEvent', 'eventDelivered'] as const) {
    if (typeof given?.[callback] !== 'function') {
      throw failure('afu.driver-ops', { missing: callback });
    }
  }
}
