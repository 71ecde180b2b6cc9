/** Runs a task one at a time; asked while it runs, it runs once more after that. */
export class Rerun {
  readonly #task: () => Promise<void>;
  #running = false;
  #again = false;

  /** `task` never rejects. */
  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  run(): void {
    this.#again = true;
    if (!this.#running) {
      void this.#loop();
    }
  }

  async #loop(): Promise<void> {
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      await this.#task();
    }
    this.#running = false;
  }
}
