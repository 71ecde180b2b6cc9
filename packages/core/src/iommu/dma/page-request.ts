import type { Attempt } from './attempt.js';
import type { DmaHub } from './dma-hub.js';
import type { DmaTarget, PageRequester } from './dma-target.js';
import { findPieces, isRange } from './pieces.js';

/**
 * Resolves when a range can be accessed, at once if it already can; asks the space's `pageRequests` otherwise.
 * Rejects with the fault of the access where nobody can be asked, and with cause `request` when the range was
 * refused or is not there in spite of the answer.
 */
export async function requestPages(
  hub: DmaHub,
  target: DmaTarget | undefined,
  attempt: Attempt,
): Promise<void> {
  const { own } = hub;
  const space = target?.space;
  const refusal = findPieces(space, attempt, []);
  if (refusal === undefined) {
    return;
  }
  const requester = space?.pageRequests;
  if (target === undefined || requester === undefined || !isRange(attempt)) {
    throw attempt.fault(refusal.cause, refusal.error);
  }
  const [granted, error] =
    target.isEnding === true ? [false] : await ask(requester, target, attempt);
  if (hub.own !== own) {
    throw attempt.silentFault('unattached');
  }
  if (target.space !== space) {
    throw attempt.fault('unattached');
  }
  if (!granted || findPieces(space, attempt, []) !== undefined) {
    throw attempt.fault('request', error);
  }
}

async function ask(
  requester: PageRequester,
  source: DmaTarget,
  { pasid, iova, length, access }: Attempt,
): Promise<[granted: boolean, error?: unknown]> {
  try {
    const answer = await requester.request({ pasid, source, iova: BigInt(iova), length, access });
    return [answer === 'success'];
  } catch (error) {
    return [false, error];
  }
}
