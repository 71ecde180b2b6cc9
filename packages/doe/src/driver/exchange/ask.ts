import type { MdevError } from '@mdevkit/core';
import {
  encodeObject,
  featureName,
  OBJECT_HEADER_SIZE,
  type DoeObjectId,
} from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import type { DoeExchangePort, DoeOutcome, DoeRequester } from '../feature/index.js';
import { Endings, type Ending } from './ending.js';

/**
 * Asks a feature without registers: payload for payload. Answers at once if the feature does; otherwise the promise always
 * settles, within the limits of the instance, or with the reason of the first of `endings`. The payload is copied.
 *
 * @throws MdevError the reason why there is no response
 */
export function ask(
  port: DoeExchangePort,
  requester: DoeRequester,
  id: DoeObjectId,
  payload: Uint8Array,
  endings: readonly Ending[] = [],
): Uint8Array | Promise<Uint8Array> {
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
    const followed = new Endings();
    settle = (outcome) => {
      followed.over();
      const answer = responseOf(outcome, id);
      if (answer instanceof Uint8Array) {
        resolve(answer);
      } else {
        reject(answer);
      }
    };
    const stop = (reason: Error): void => {
      exchange.cancel();
      followed.over();
      reject(reason);
    };
    for (const ending of endings) {
      followed.follow(ending, stop);
    }
  });
}

/** The payload, or why there is none. */
function responseOf(outcome: DoeOutcome, id: DoeObjectId): Uint8Array | MdevError {
  switch (outcome.kind) {
    case 'response':
      return outcome.object.subarray(OBJECT_HEADER_SIZE);
    case 'discard':
      return failure('doe.no-response', { feature: featureName(id) });
    case 'error':
      return outcome.reason;
  }
}
