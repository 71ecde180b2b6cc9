import type { Iova } from '@mdevkit/core';

/** DMA by messages to the client: the part of the session's messenger that memory needs. */
export interface MessageDma {
  /** Whether an access may wait for its reply without returning to the event loop. */
  readonly canBlock: boolean;
  read(iova: Iova, into: Uint8Array): Promise<void>;
  write(iova: Iova, from: Uint8Array): Promise<void>;
  readSync(iova: Iova, into: Uint8Array): void;
  writeSync(iova: Iova, from: Uint8Array): void;
  /** Gives up what begins in a range: nothing of it is sent any more. */
  withdraw(iova: Iova, size: number): void;
}
