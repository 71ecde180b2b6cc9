import type { Attempt } from './attempt.js';
import type { DmaHub } from './dma-hub.js';
import type { PageRequester } from './dma-target.js';
import { findPieces, isRange } from './pieces.js';

/**
 * Resolves when a range can be accessed, at once if it already can; asks the space's `pageRequests` otherwise.
 * Rejects with the fault of the access where nobody can be asked, and with cause `request` when the range was
 * refused or is not there in spite of the answer.
 */
export async function requestPages(hub: DmaHub, attempt: Attempt): Promise<void> {
  const { own } = hub;
  const space = hub.spaceOf(attempt.pasid);
  const refusal = findPieces(space, attempt, []);
  if (refusal === undefined) {
    return;
  }
  const requester = space?.pageRequests;
  if (requester === undefined || !isRange(attempt)) {
    throw attempt.fault(refusal.cause, refusal.error);
  }
  const [granted, error] = await ask(requester, attempt);
  if (hub.own !== own) {
    throw attempt.silentFault('unattached');
  }
  if (hub.spaceOf(attempt.pasid) !== space) {
    throw attempt.fault('unattached');
  }
  if (!granted || findPieces(space, attempt, []) !== undefined) {
    throw attempt.fault('request', error);
  }
}

async function ask(
  requester: PageRequester,
  { pasid, iova, length, access }: Attempt,
): Promise<[granted: boolean, error?: unknown]> {
  try {
    const answer = await requester.request({ pasid, iova: BigInt(iova), length, access });
    return [answer === 'success'];
  } catch (error) {
    return [false, error];
  }
}
