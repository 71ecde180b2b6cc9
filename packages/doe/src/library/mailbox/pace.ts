import type { Clock } from '@mdevkit/core';
import { failure } from '../../errors/index.js';

/** How long a device has to respond, and to abort (PCI Express Base Specification 6.0, section 6.30.2). */
export const LIMIT_MS = 1000;

/** Between two looks at Status (Linux drivers/pci/doe.c, PCI_DOE_POLL_INTERVAL). */
export const POLL_MS = LIMIT_MS / 128;

/** Waits; rejects with `doe.cancelled` as soon as `cancel` is aborted. */
export function pause(clock: Clock, milliseconds: number, cancel: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    checkCancel(cancel);
    const timer = clock.schedule(milliseconds, () => {
      cancel.removeEventListener('abort', stop);
      resolve();
    });
    function stop(): void {
      timer[Symbol.dispose]();
      reject(failure('doe.cancelled'));
    }
    cancel.addEventListener('abort', stop, { once: true });
  });
}

/** Throws `doe.cancelled` if `cancel` is aborted. */
export function checkCancel(cancel: AbortSignal): void {
  if (cancel.aborted) {
    throw failure('doe.cancelled');
  }
}

/** Waits until `work` has settled, however, and for LIMIT_MS at the most. */
export async function settledInTime(clock: Clock, work: Promise<unknown>): Promise<void> {
  let timer: Disposable | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = clock.schedule(LIMIT_MS, resolve);
  });
  await Promise.race([Promise.allSettled([work]), limit]);
  timer?.[Symbol.dispose]();
}
