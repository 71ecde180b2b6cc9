import type { ObjectEvents } from '@mdevkit/core';
import { IB_EVENT_CQ_ERR, IB_WC_SUCCESS, IbUverbsWc, type StructInput } from '@mdevkit/uapi';
import { COMP_VECTORS, EVENT_COMPLETION, MAX_CQE, MAX_POLL } from '../../abi/index.js';
import type { Adapter } from '../adapter.js';
import { inRange, Ring, type Holdings, type Task } from '../parts/index.js';

/** Whoever cannot go on without its completions: called once the queue is broken. */
export type CompletionUser = Task;

export type CompletionInput = StructInput<typeof IbUverbsWc>;

type Armed = 'no' | 'any' | 'solicited';

export class CompletionQueue {
  readonly #adapter: Adapter;
  readonly #held: Holdings;
  readonly #events: ObjectEvents;
  readonly #ring: Ring<CompletionInput>;
  readonly #users = new Set<CompletionUser>();
  #armed: Armed = 'no';
  #isBroken = false;

  private constructor(adapter: Adapter, held: Holdings, cqe: number, events: ObjectEvents) {
    this.#adapter = adapter;
    this.#held = held;
    this.#events = events;
    this.#ring = new Ring(cqe);
  }

  /** Source of the bounds: Linux drivers/infiniband/sw/rxe/rxe_cq.c, rxe_cq_chk_attr. */
  static create(
    adapter: Adapter,
    cqe: number,
    compVector: number,
    events: ObjectEvents,
  ): CompletionQueue {
    inRange('cqe', cqe, 1, MAX_CQE);
    inRange('compVector', compVector, 0, COMP_VECTORS - 1);
    const held = adapter.holdings('cq');
    return held.build(() => new CompletionQueue(adapter, held, cqe, events));
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  join(user: CompletionUser): void {
    this.#users.add(user);
  }

  leave(user: CompletionUser): void {
    this.#users.delete(user);
  }

  complete(completion: CompletionInput, isSolicited = false): void {
    if (this.#isBroken) {
      return;
    }
    if (!this.#ring.push(completion)) {
      this.#break();
      return;
    }
    const matters = isSolicited || completion.status !== IB_WC_SUCCESS;
    if (this.#armed === 'any' || (this.#armed === 'solicited' && matters)) {
      this.#armed = 'no';
      this.#events.report(EVENT_COMPLETION);
    }
  }

  poll(max: number): Uint8Array {
    const count = Math.min(inRange('max', max, 1, MAX_POLL), this.#ring.length);
    const packed = new Uint8Array(count * IbUverbsWc.size);
    for (let i = 0; i < count; i++) {
      IbUverbsWc.encode(this.#ring.shift(), packed, i * IbUverbsWc.size);
    }
    return packed;
  }

  /** Returns whether there are completions already. To arm for all is more than to arm for the solicited. */
  arm(solicitedOnly: boolean): boolean {
    if (!solicitedOnly) {
      this.#armed = 'any';
    } else if (this.#armed === 'no') {
      this.#armed = 'solicited';
    }
    return this.#ring.length > 0;
  }

  destroy(): void {
    this.#held.release();
  }

  /**
   * A completion has found no room: one is lost, so whoever waits for it waits for ever.
   *
   * Source: Linux include/rdma/ib_verbs.h, IB_EVENT_CQ_ERR; InfiniBand Architecture Specification 11.6.3.
   */
  #break(): void {
    this.#isBroken = true;
    this.#events.report(IB_EVENT_CQ_ERR);
    for (const user of this.#users) {
      this.#adapter.fabric.work.add(user);
    }
  }
}
