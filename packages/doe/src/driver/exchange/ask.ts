import type { MdevError } from '@mdevkit/core';
import { encodeObject, OBJECT_HEADER_SIZE, type DoeObjectId } from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import type { DoeExchangePort, DoeOutcome, DoeRequester } from '../feature/index.js';

/**
 * Asks a feature without registers: payload for payload. Answers at once if the feature does; otherwise the promise always
 * settles, within the limits of the instance. The payload is copied.
 *
 * @throws MdevError the reason why there is no response
 */
export function ask(
  port: DoeExchangePort,
  requester: DoeRequester,
  id: DoeObjectId,
  payload: Uint8Array,
  signal?: AbortSignal,
): Uint8Array | Promise<Uint8Array> {
  signal?.throwIfAborted();
  let settle: ((outcome: DoeOutcome) => void) | undefined;
  let early: DoeOutcome | undefined;
  const exchange = port.submit(requester, encodeObject(id, payload), (outcome) => {
    early = outcome;
    settle?.(outcome);
  });
  if (early !== undefined) {
    const answer = responseOf(early, id);
    if (answer instanceof Uint8Array) {
      return answer;
    }
    throw answer;
  }
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      exchange.cancel();
      reject(signal?.reason instanceof Error ? signal.reason : failure('doe.nobody-waits'));
    };
    settle = (outcome) => {
      signal?.removeEventListener('abort', cancel);
      const answer = responseOf(outcome, id);
      if (answer instanceof Uint8Array) {
        resolve(answer);
      } else {
        reject(answer);
      }
    };
    signal?.addEventListener('abort', cancel, { once: true });
  });
}

/** The payload, or why there is none. */
function responseOf(outcome: DoeOutcome, { vendor, type }: DoeObjectId): Uint8Array | MdevError {
  switch (outcome.kind) {
    case 'response':
      return outcome.object.subarray(OBJECT_HEADER_SIZE);
    case 'discard':
      return failure('doe.no-response', { vendor, type });
    case 'error':
      return outcome.reason;
  }
}
