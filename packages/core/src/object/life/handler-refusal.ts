import type { ModelGuard } from '../../device/model-guard.js';
import { failure, type MdevError } from '../../errors/index.js';

/** An error of a handler as the client sees it: never EPROTONOSUPPORT, which says that a method is not there. */
export function handlerRefusal(guard: ModelGuard, what: string, error: unknown): MdevError {
  const refusal = guard.wrap(what, error);
  return refusal.code === 'EPROTONOSUPPORT'
    ? failure('object.handler-protocol', { handler: what, reason: refusal.reason }, refusal)
    : refusal;
}
