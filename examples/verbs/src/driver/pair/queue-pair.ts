import type { ObjectEvents } from '@mdevkit/core';
import {
  IB_EVENT_COMM_EST,
  IB_EVENT_QP_FATAL,
  IB_EVENT_QP_LAST_WQE_REACHED,
  IB_QPS_ERR,
  IB_QPS_INIT,
  IB_QPS_RESET,
  IB_QPS_RTR,
  IB_QPS_RTS,
  IB_QPS_SQE,
} from '@mdevkit/uapi';
import { failure } from '../../errors.js';
import type { Adapter } from '../adapter.js';
import type { ProtectionDomain } from '../memory/index.js';
import type { Holdings, Task } from '../parts/index.js';
import type { CompletionQueue, XrcDomain } from '../queues/index.js';
import type { Peer, SendRequest } from './message.js';
import { Receiver, type ReceiveParts } from './receiver.js';
import { SendQueue } from './send-queue.js';
import { isLegal, type Transition } from './transition.js';

export type QpType = 'rc' | 'uc' | 'ud' | 'xrc-ini' | 'xrc-tgt';

/** What a queue pair is made of. A type that cannot do something does not have the part. */
export interface QpParts {
  readonly type: QpType;
  readonly events: ObjectEvents;
  readonly pd?: ProtectionDomain;
  readonly send?: { readonly cq: CompletionQueue; readonly maxWr: number; readonly maxSge: number };
  readonly receive?: ReceiveParts;
  readonly xrcd?: XrcDomain;
}

/** A queue pair of any type: its state, its connection, and the parts that it has. */
export class QueuePair implements Task {
  readonly adapter: Adapter;
  readonly parts: QpParts;
  readonly number: number;
  readonly sender: SendQueue | undefined;
  readonly receiver: Receiver | undefined;
  readonly #held: Holdings;
  /** Senders at other ends that wait for this one to receive. */
  readonly waiting = new Set<Task>();
  #state: number = IB_QPS_RESET;
  #hasHeard = false;
  #access = 0;
  #qkey = 0;
  #rnrRetry = 0;
  #peer: Peer | undefined;

  private constructor(adapter: Adapter, held: Holdings, parts: QpParts) {
    this.adapter = adapter;
    this.parts = parts;
    this.#held = held;
    const { send, receive } = parts;
    this.sender = send === undefined ? undefined : new SendQueue(this, send);
    this.receiver = receive === undefined ? undefined : new Receiver(this, receive);
    for (const cq of new Set([send?.cq, receive?.cq])) {
      this.#join(cq);
    }
    this.number = held.take(
      'number',
      () => adapter.queuePairs.add(this),
      (number) => {
        adapter.queuePairs.delete(number);
      },
    );
  }

  static create(adapter: Adapter, parts: QpParts): QueuePair {
    const held = adapter.holdings('qp');
    return held.build(() => new QueuePair(adapter, held, parts));
  }

  get state(): number {
    return this.#state;
  }

  /** What the other end may do with memory here. */
  get access(): number {
    return this.#access;
  }

  get qkey(): number {
    return this.#qkey;
  }

  get rnrRetry(): number {
    return this.#rnrRetry;
  }

  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Whether the other end waits for answers, and a message that fails breaks the connection. */
  get isReliable(): boolean {
    return this.parts.type !== 'uc' && this.parts.type !== 'ud';
  }

  modify(next: Transition): void {
    const { send, receive } = this.parts;
    const isDown = next.state === IB_QPS_RESET || next.state === IB_QPS_ERR;
    const isBroken = send?.cq.isBroken === true || receive?.cq.isBroken === true;
    if (!isLegal(this.#state, next.state) || (isBroken && !isDown)) {
      throw failure('verbs.state', { from: this.#state, to: next.state });
    }
    if (next.state === IB_QPS_ERR) {
      this.fail();
      return;
    }
    this.#state = next.state;
    switch (next.state) {
      case IB_QPS_RESET:
        this.#reset();
        break;
      case IB_QPS_INIT:
        this.#access = next.access ?? 0;
        this.#qkey = next.qkey ?? 0;
        break;
      case IB_QPS_RTR:
        this.#peer = next.peer;
        this.#hasHeard = false;
        break;
      default:
        this.#rnrRetry = next.rnrRetry ?? 0;
    }
  }

  /** Source of the states: Linux drivers/infiniband/sw/rxe/rxe_verbs.c, rxe_post_send. */
  postSend(wrId: bigint, packed: Uint8Array, request: Omit<SendRequest, 'wrId' | 'pieces'>): void {
    if (this.#state !== IB_QPS_RTS && this.#state !== IB_QPS_SQE && this.#state !== IB_QPS_ERR) {
      throw failure('verbs.state', { state: this.#state });
    }
    this.sender?.post(wrId, packed, request);
  }

  /** Source of the states: Linux drivers/infiniband/sw/rxe/rxe_verbs.c, rxe_post_recv. */
  postRecv(wrId: bigint, packed: Uint8Array): void {
    if (this.#state === IB_QPS_RESET) {
      throw failure('verbs.state', { state: this.#state });
    }
    this.receiver?.post(wrId, packed);
  }

  /** Something has arrived; answers whether this is up to it. */
  isReady(): boolean {
    if (this.#state === IB_QPS_RTR) {
      this.#established();
    }
    return this.#state === IB_QPS_RTR || this.#state === IB_QPS_RTS || this.#state === IB_QPS_SQE;
  }

  /** A request could not be sent. The other end has not noticed, so an unreliable type still receives. */
  sendFailed(): void {
    if (this.isReliable) {
      this.fail();
    } else if (this.#state === IB_QPS_RTS) {
      this.#state = IB_QPS_SQE;
    }
  }

  /**
   * Goes to ERR and tells why, if that is not told otherwise; all requests end with IB_WC_WR_FLUSH_ERR.
   *
   * Source: InfiniBand Architecture Specification 10.3.1.7; Linux include/rdma/ib_verbs.h, IB_EVENT_QP_LAST_WQE_REACHED.
   */
  fail(event?: number): void {
    if (this.#state === IB_QPS_ERR) {
      return;
    }
    this.#state = IB_QPS_ERR;
    if (event !== undefined) {
      this.parts.events.report(event);
    }
    if (this.parts.xrcd !== undefined || this.receiver?.isShared === true) {
      this.parts.events.report(IB_EVENT_QP_LAST_WQE_REACHED);
    }
    const { work } = this.adapter.fabric;
    if (this.sender !== undefined) {
      work.add(this.sender);
    }
    if (this.receiver !== undefined) {
      work.add(this.receiver);
    }
    this.#wake();
  }

  /** A completion queue is broken. */
  run(): void {
    this.fail(IB_EVENT_QP_FATAL);
  }

  destroy(): void {
    this.#held.release();
    this.#state = IB_QPS_RESET;
    this.#reset();
  }

  /** Requests end without completions. */
  #reset(): void {
    this.#peer = undefined;
    this.sender?.clear();
    this.receiver?.clear();
    this.#wake();
  }

  /** Whoever waits finds out for itself what has changed here. */
  #wake(): void {
    for (const sender of this.waiting) {
      this.adapter.fabric.work.add(sender);
    }
  }

  #established(): void {
    if (!this.#hasHeard) {
      this.#hasHeard = true;
      this.parts.events.report(IB_EVENT_COMM_EST);
    }
  }

  #join(cq: CompletionQueue | undefined): void {
    if (cq !== undefined) {
      this.#held.take(
        'completion queue',
        () => {
          cq.join(this);
        },
        () => {
          cq.leave(this);
        },
      );
    }
  }
}
