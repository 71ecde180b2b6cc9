import { IB_QPS_ERR, IB_WC_RECV, IB_WC_WR_FLUSH_ERR } from '@mdevkit/uapi';
import { MAX_SGE, MAX_WR } from '../../abi/index.js';
import { failure } from '../../errors.js';
import type { ProtectionDomain } from '../memory/index.js';
import { inRange, type Task } from '../parts/index.js';
import { ReceiveQueue, type CompletionQueue, type SharedReceiveQueue } from '../queues/index.js';
import type { QueuePair } from './queue-pair.js';

/** Where a queue pair takes its receive requests from, and where they complete. */
export interface ReceiveParts {
  readonly cq: CompletionQueue;
  readonly from:
    | SharedReceiveQueue
    | { readonly pd: ProtectionDomain; readonly maxWr: number; readonly maxSge: number };
}

/** The receiving side of a queue pair that has one. */
export class Receiver implements Task {
  readonly requests: ReceiveQueue;
  readonly cq: CompletionQueue;
  readonly isShared: boolean;
  readonly #qp: QueuePair;

  constructor(qp: QueuePair, { cq, from }: ReceiveParts) {
    this.#qp = qp;
    this.cq = cq;
    this.isShared = 'requests' in from;
    this.requests = 'requests' in from ? from.requests : ownQueue(qp, from);
  }

  /** Source: Linux drivers/infiniband/sw/rxe/rxe_verbs.c, rxe_post_recv: not with a shared queue. */
  post(wrId: bigint, packed: Uint8Array): void {
    if (this.isShared) {
      throw failure('verbs.argument', { what: 'postRecv of a queue pair with a shared queue' });
    }
    this.requests.post(wrId, packed);
    if (this.#qp.state === IB_QPS_ERR) {
      this.#qp.adapter.fabric.work.add(this);
    }
  }

  /** Ends all requests, once the queue pair is in ERR. Those of a shared queue are not its own. */
  run(): void {
    if (this.#qp.state !== IB_QPS_ERR || this.isShared) {
      return;
    }
    for (let next = this.requests.take(); next !== undefined; next = this.requests.take()) {
      this.cq.complete({
        wr_id: next.wrId,
        status: IB_WC_WR_FLUSH_ERR,
        opcode: IB_WC_RECV,
        qp_num: this.#qp.number,
      });
    }
  }

  clear(): void {
    if (!this.isShared) {
      this.requests.clear();
    }
  }
}

function ownQueue(
  qp: QueuePair,
  {
    pd,
    maxWr,
    maxSge,
  }: { readonly pd: ProtectionDomain; readonly maxWr: number; readonly maxSge: number },
): ReceiveQueue {
  return new ReceiveQueue(qp.adapter.fabric.work, {
    pd,
    maxWr: inRange('maxRecvWr', maxWr, 1, MAX_WR),
    maxSge: inRange('maxRecvSge', maxSge, 0, MAX_SGE),
  });
}
