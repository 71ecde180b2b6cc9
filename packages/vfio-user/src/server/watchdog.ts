import { DisposableStore, type Clock, type LogFields, type Logger } from '@mdevkit/core';
import { VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE } from '@mdevkit/uapi';
import { commandName, type ServerLimits } from '../protocol/index.js';
import { DATA, offsetAt, REGION } from './region-access.js';

/**
 * Sees to it that every command is answered before the client gives up: QEMU drops a device for good whose answer comes
 * later (hw/vfio-user/proxy.c, x-msg-timeout).
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: ServerLimits;

  constructor(clock: Clock, logger: Logger, limits: ServerLimits) {
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
          ...describe(command, request),
          milliseconds: warnMs,
        });
      }),
    );
    timers.add(
      this.#clock.schedule(answerMs, () => {
        this.#logger.error('the device did not answer in time: the client is told so', {
          ...describe(command, request),
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
      ...describe(command, request),
      milliseconds: Math.round(milliseconds),
    });
  }
}

/** A command for a log line. */
export function describe(command: number, request: Uint8Array): LogFields {
  const isAccess = command === VFIO_USER_REGION_READ || command === VFIO_USER_REGION_WRITE;
  if (!isAccess || request.length < DATA) {
    return { command: commandName(command) };
  }
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  return {
    command: commandName(command),
    region: view.getUint32(REGION, true),
    offset: offsetAt(view, 0),
  };
}
