import type { ObjectEvents } from '@mdevkit/core';
import { IB_EVENT_SRQ_ERR, IB_EVENT_SRQ_LIMIT_REACHED } from '@mdevkit/uapi';
import { MAX_SGE, MAX_WR } from '../../abi/index.js';
import type { Adapter } from '../adapter.js';
import type { ProtectionDomain } from '../memory/index.js';
import { inRange, type Holdings, type Task } from '../parts/index.js';
import type { CompletionQueue } from './completion-queue.js';
import { ReceiveQueue } from './receive-queue.js';
import type { XrcDomain } from './xrc-domain.js';

export interface SharedQueueOptions {
  readonly pd: ProtectionDomain;
  readonly maxWr: number;
  readonly maxSge: number;
  readonly limit: number;
  readonly events: ObjectEvents;
  /** What one that initiators name has beside. */
  readonly xrc?: { readonly xrcd: XrcDomain; readonly cq: CompletionQueue };
}

/** Receive requests for any number of queue pairs. */
export class SharedReceiveQueue implements Task {
  readonly requests: ReceiveQueue;
  readonly xrc: SharedQueueOptions['xrc'];
  /** By which initiators name it; 0 if they cannot. */
  readonly number: number;
  readonly #held: Holdings;
  readonly #events: ObjectEvents;
  readonly #maxWr: number;
  #limit = 0;

  private constructor(adapter: Adapter, held: Holdings, options: SharedQueueOptions) {
    const { pd, maxWr, maxSge, limit, events, xrc } = options;
    this.#held = held;
    this.#events = events;
    this.#maxWr = maxWr;
    this.xrc = xrc;
    this.requests = new ReceiveQueue(adapter.fabric.work, {
      pd,
      maxWr,
      maxSge,
      onTake: (left) => {
        this.#taken(left);
      },
    });
    this.modify(limit);
    this.number = xrc === undefined ? 0 : this.#join(adapter, xrc.cq);
  }

  static create(adapter: Adapter, options: SharedQueueOptions): SharedReceiveQueue {
    inRange('maxWr', options.maxWr, 1, MAX_WR);
    inRange('maxSge', options.maxSge, 1, MAX_SGE);
    const held = adapter.holdings('srq');
    return held.build(() => new SharedReceiveQueue(adapter, held, options));
  }

  /** Arms the limit, or disarms it with 0. Source of the bound: Linux drivers/infiniband/sw/rxe/rxe_srq.c, rxe_srq_chk_attr. */
  modify(limit: number): void {
    this.#limit = inRange('limit', limit, 0, this.#maxWr);
  }

  /** Its completion queue is broken. */
  run(): void {
    this.#events.report(IB_EVENT_SRQ_ERR);
  }

  destroy(): void {
    this.#held.release();
    this.requests.wakeAll();
  }

  #join(adapter: Adapter, cq: CompletionQueue): number {
    this.#held.take(
      'completion queue',
      () => {
        cq.join(this);
      },
      () => {
        cq.leave(this);
      },
    );
    return this.#held.take(
      'number',
      () => adapter.sharedQueues.add(this),
      (number) => {
        adapter.sharedQueues.delete(number);
      },
    );
  }

  #taken(left: number): void {
    if (left < this.#limit) {
      this.#limit = 0;
      this.#events.report(IB_EVENT_SRQ_LIMIT_REACHED);
    }
  }
}
