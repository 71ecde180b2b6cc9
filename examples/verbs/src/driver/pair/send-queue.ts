import {
  IB_QPS_ERR,
  IB_QPS_RTS,
  IB_QPS_SQE,
  IB_UVERBS_WC_RDMA_READ,
  IB_UVERBS_WC_RDMA_WRITE,
  IB_UVERBS_WC_SEND,
  IB_WC_SUCCESS,
  IB_WC_WR_FLUSH_ERR,
} from '@mdevkit/uapi';
import { MAX_SGE, MAX_WR } from '../../abi/index.js';
import { failure } from '../../errors.js';
import { lengthOf, piecesOf } from '../memory/index.js';
import { inRange, Ring, type Task } from '../parts/index.js';
import type { CompletionQueue } from '../queues/index.js';
import type { SendRequest } from './message.js';
import type { NotReady } from './not-ready.js';
import type { QueuePair } from './queue-pair.js';
import { carryOut } from './requester.js';

export interface SendParts {
  readonly cq: CompletionQueue;
  readonly maxWr: number;
  readonly maxSge: number;
}

/** Values of `opcode` in completions. */
const opcodes = {
  send: IB_UVERBS_WC_SEND,
  write: IB_UVERBS_WC_RDMA_WRITE,
  read: IB_UVERBS_WC_RDMA_READ,
} as const;

/** Requests, which are carried out one after the other. */
export class SendQueue implements Task {
  readonly #qp: QueuePair;
  readonly #cq: CompletionQueue;
  readonly #maxSge: number;
  readonly #ring: Ring<SendRequest>;
  /** Where the first request waits for the other end. */
  #wait: NotReady | undefined;

  constructor(qp: QueuePair, { cq, maxWr, maxSge }: SendParts) {
    this.#qp = qp;
    this.#cq = cq;
    this.#maxSge = inRange('maxSendSge', maxSge, 0, MAX_SGE);
    this.#ring = new Ring(inRange('maxSendWr', maxWr, 1, MAX_WR));
  }

  post(wrId: bigint, packed: Uint8Array, request: Omit<SendRequest, 'wrId' | 'pieces'>): void {
    if (!this.#ring.push({ ...request, wrId, pieces: piecesOf(packed, this.#maxSge) })) {
      throw failure('verbs.queue-full', { limit: this.#ring.capacity });
    }
    this.#qp.adapter.fabric.work.add(this);
  }

  run(): void {
    this.#endWait();
    for (let first = this.#ring.peek(); first !== undefined; first = this.#ring.peek()) {
      const outcome = this.#outcome(first);
      if (typeof outcome !== 'number') {
        this.#wait = outcome;
        outcome?.begin(this);
        return;
      }
      this.#ring.shift();
      this.#complete(first, outcome);
    }
  }

  clear(): void {
    this.#endWait();
    this.#ring.clear();
  }

  #endWait(): void {
    this.#wait?.end(this);
    this.#wait = undefined;
  }

  /** How the first request ends; where it waits; undefined while nothing is sent in this state. */
  #outcome(request: SendRequest): number | NotReady | undefined {
    switch (this.#qp.state) {
      case IB_QPS_RTS:
        return carryOut(this.#qp, request);
      case IB_QPS_SQE:
      case IB_QPS_ERR:
        return IB_WC_WR_FLUSH_ERR;
      default:
        return undefined;
    }
  }

  #complete(request: SendRequest, status: number): void {
    if (status !== IB_WC_SUCCESS && status !== IB_WC_WR_FLUSH_ERR) {
      this.#qp.sendFailed();
    }
    if (status !== IB_WC_SUCCESS || request.isSignaled) {
      this.#cq.complete({
        wr_id: request.wrId,
        status,
        opcode: opcodes[request.kind],
        byte_len: status === IB_WC_SUCCESS ? lengthOf(request.pieces) : 0,
        qp_num: this.#qp.number,
      });
    }
  }
}
