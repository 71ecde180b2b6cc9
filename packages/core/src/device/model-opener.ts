import type { ModelGuard } from './model-guard.js';
import type { DeviceModel } from './model.js';
import { OpenAttempt } from './open-attempt.js';

/**
 * Opens a model, and does not lose it when the wait is given up before it has answered: it is closed as
 * soon as it has opened, and until then it is late, and nobody else can open it.
 */
export class ModelOpener {
  readonly #guard: ModelGuard;
  readonly #close: () => Promise<void>;
  #late: OpenAttempt | undefined;

  constructor(guard: ModelGuard, close: () => Promise<void>) {
    this.#guard = guard;
    this.#close = close;
  }

  get isLate(): boolean {
    return this.#late !== undefined;
  }

  async open(model: DeviceModel): Promise<void> {
    const attempt = new OpenAttempt(model);
    try {
      await this.#guard.call('open', () => attempt.run());
    } catch (error) {
      if (attempt.outcome === 'pending') {
        this.#late = attempt;
        void this.#closeLate(attempt);
      } else if (attempt.outcome === 'opened') {
        await this.#close();
      }
      throw error;
    }
  }

  async #closeLate(attempt: OpenAttempt): Promise<void> {
    if (await attempt.answered) {
      await this.#close();
    }
    this.#late = undefined;
  }
}
