/** Something that has work to do, or had. */
export interface Task {
  run(): void;
}

/**
 * What is to be done next on the fabric. One thing leads to another (a completion overruns a queue, which breaks queue pairs,
 * whose requests complete …): each is a task of its own, done after the one before and not inside of it, so a client that
 * builds a long chain of queues does not build a deep stack. All of it is done when the first `add` returns.
 */
export class WorkList {
  readonly #tasks = new Set<Task>();
  #isRunning = false;

  /** A task that waits already is not added twice. */
  add(task: Task): void {
    this.#tasks.add(task);
    if (!this.#isRunning) {
      this.#run();
    }
  }

  #run(): void {
    this.#isRunning = true;
    try {
      // A set gives what is added meanwhile, too, and in order.
      for (const task of this.#tasks) {
        this.#tasks.delete(task);
        task.run();
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
