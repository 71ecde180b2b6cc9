import type { Task } from '../parts/index.js';
import type { ReceiveQueue } from '../queues/index.js';

/** Where a sender waits: for a request in a queue, and for a queue pair that may break before there is one. */
export class NotReady {
  readonly #requests: ReceiveQueue;
  readonly #senders: Set<Task>;

  constructor(requests: ReceiveQueue, senders: Set<Task>) {
    this.#requests = requests;
    this.#senders = senders;
  }

  begin(sender: Task): void {
    this.#requests.wait(sender);
    this.#senders.add(sender);
  }

  end(sender: Task): void {
    this.#requests.unwait(sender);
    this.#senders.delete(sender);
  }
}
