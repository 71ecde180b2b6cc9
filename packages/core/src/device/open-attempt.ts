import type { DeviceModel } from './model.js';

/** One call of a model's `open`, which may answer after the caller has lost patience. */
export class OpenAttempt {
  readonly #model: DeviceModel;
  #outcome: 'pending' | 'opened' | 'failed' = 'pending';
  #settle: (opened: boolean) => void = () => undefined;
  /** Settles, and never rejects, when the handler has answered: true if the model is open. */
  readonly answered: Promise<boolean>;

  constructor(model: DeviceModel) {
    this.#model = model;
    this.answered = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get outcome(): 'pending' | 'opened' | 'failed' {
    return this.#outcome;
  }

  async run(): Promise<void> {
    try {
      await this.#model.open?.();
      this.#outcome = 'opened';
    } catch (error) {
      this.#outcome = 'failed';
      throw error;
    } finally {
      this.#settle(this.#outcome === 'opened');
    }
  }
}
