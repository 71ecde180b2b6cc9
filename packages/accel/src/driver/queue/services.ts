import type { Dma, Logger } from '@mdevkit/core';
import type { StatusCode } from '../../abi/index.js';
import type { Algorithm } from '../algorithm/index.js';

/** What a queue does with its client's memory. */
export type QueueDma = Pick<Dma, 'read' | 'write'>;

/** What a queue is given by its device. */
export interface QueueServices {
  /** Faults while the device may not master the bus. */
  readonly dma: QueueDma;
  readonly logger: Logger;
  /** By opcode. */
  readonly algorithms: ReadonlyMap<number, Algorithm>;
  /** Vectors that the device has. */
  readonly vectors: number;
  /** Jobs of the queue that are worked on at the same time, abandoned ones included. */
  readonly inFlight: number;
  interrupt(vector: number): void;
  /** A job ended; not called for abandoned ones. */
  count(status: StatusCode, bytesIn: number, bytesOut: number): void;
  /** The queue stopped, or a reset abandoned jobs: whoever waits for them has to be told. */
  reportError(message: string): void;
}
