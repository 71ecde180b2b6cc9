import {
  DisposableStore,
  type Clock,
  type Endpoint,
  type LogFields,
  type Logger,
} from '@mdevkit/core';
import { VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE } from '@mdevkit/uapi';
import { commandName, type ServerLimits } from '../protocol/index.js';
import { DATA, REGION } from '../wire/index.js';
import { offsetAt } from './region-access.js';

export interface WatchdogOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ServerLimits;
  /** Knows the names of regions. */
  readonly endpoint: Pick<Endpoint, 'region'>;
}

/**
 * Sees to it that every command is answered before the client gives up: QEMU drops a device for good whose answer comes
 * later (hw/vfio-user/proxy.c, x-msg-timeout).
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: ServerLimits;
  readonly #endpoint: Pick<Endpoint, 'region'>;

  constructor({ clock, logger, limits, endpoint }: WatchdogOptions) {
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#logger = logger;
    this.#limits = limits;
  }

  /** Warns, and later calls `expire`, unless the answer is disposed before. `request` is the start of its payload. */
  watch(command: number, request: Uint8Array, expire: () => void): Disposable {
    const { warnMs, answerMs } = this.#limits;
    const timers = new DisposableStore();
    timers.add(
      this.#clock.schedule(warnMs, () => {
        this.#logger.warn('the device has not answered yet', {
          ...describe(this.#endpoint, command, request),
          milliseconds: warnMs,
        });
      }),
    );
    timers.add(
      this.#clock.schedule(answerMs, () => {
        this.#logger.error('the device did not answer in time: the client is told so', {
          ...describe(this.#endpoint, command, request),
          milliseconds: answerMs,
        });
        timers[Symbol.dispose]();
        expire();
      }),
    );
    return timers;
  }

  /** A handler has kept the process for that long: nothing could stop it, so it is at least named. */
  took(milliseconds: number, command: number, request: Uint8Array): void {
    this.#logger.warn('the device kept its caller waiting', {
      ...describe(this.#endpoint, command, request),
      milliseconds: Math.round(milliseconds),
    });
  }
}

/** A command for a log line. */
export function describe(
  endpoint: Pick<Endpoint, 'region'>,
  command: number,
  request: Uint8Array,
): LogFields {
  const isAccess = command === VFIO_USER_REGION_READ || command === VFIO_USER_REGION_WRITE;
  if (!isAccess || request.length < DATA) {
    return { command: commandName(command) };
  }
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const region = view.getUint32(REGION, true);
  return {
    command: commandName(command),
    region: endpoint.region(region)?.name ?? region,
    offset: offsetAt(view, 0),
  };
}
