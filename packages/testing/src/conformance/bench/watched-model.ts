import { isThenable, type DeviceModel } from '@mdevkit/core';
import type { HookCall } from './service-calls.js';

/** Hears of a hook when it begins; the answer is called when it has ended. */
export type OnHook = (hook: HookCall['hook']) => (outcome: 'done' | 'failed') => void;

/** A model whose hooks are heard. It has the hooks that the inner one has, and `open` and `close`. */
export function watchedModel(inner: DeviceModel, onHook: OnHook): DeviceModel {
  const heard = <T>(hook: HookCall['hook'], run: () => T): T => {
    const ended = onHook(hook);
    let answer: T;
    try {
      answer = run();
    } catch (error) {
      ended('failed');
      throw error;
    }
    if (!isThenable(answer)) {
      ended('done');
      return answer;
    }
    const answered: Promise<unknown> = Promise.resolve(answer).then(
      (value: unknown) => {
        ended('done');
        return value;
      },
      (error: unknown) => {
        ended('failed');
        throw error;
      },
    );
    return answered as T;
  };
  const { deviceApi, regions, irqs, features, migration, objects } = inner;
  return {
    deviceApi,
    regions,
    irqs,
    ...(features && { features }),
    ...(migration && { migration }),
    ...(objects && { objects }),
    open: () => heard('open', () => inner.open?.()),
    close: () => heard('close', () => inner.close?.()),
    ...(inner.reset && { reset: () => heard('reset', () => inner.reset?.()) }),
    ...(inner.drainPasid && {
      drainPasid: (pasid) => heard('drainPasid', () => inner.drainPasid?.(pasid)),
    }),
    ...((inner.quiesce ?? inner.resume) && {
      resume: () => {
        heard('resume', () => inner.resume?.());
      },
    }),
    ...(inner.quiesce && { quiesce: (cause) => heard('quiesce', () => inner.quiesce?.(cause)) }),
  };
}
