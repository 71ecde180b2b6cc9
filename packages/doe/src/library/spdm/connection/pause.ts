import type { Clock } from '@mdevkit/core';
import { failure } from '../../../errors/index.js';

/** Waits. Rejects with ECANCELED `doe.spdm-cancelled` as soon as the signal is aborted, and leaves no timer then. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  checkSignal(signal);
  let timer: Disposable | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = clock.schedule(ms, resolve);
  });
  try {
    await unlessAborted(passed, signal);
  } finally {
    timer?.[Symbol.dispose]();
  }
}

/** As `promise`, unless the signal is aborted first: ECANCELED `doe.spdm-cancelled`. Leaves no listener. */
export async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) {
    return promise;
  }
  checkSignal(signal);
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(failure('doe.spdm-cancelled'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Throws ECANCELED `doe.spdm-cancelled` if the signal was aborted. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw failure('doe.spdm-cancelled');
  }
}
