import type { Pasid } from '../iommu/index.js';
import type { Logger } from '../log/index.js';
import { Attempt } from './attempt.js';
import type { ModelGuard } from './model-guard.js';
import type { DeviceModel } from './model.js';
import type { RegionTable } from './region-table.js';

/**
 * Takes a model from one client to the next: resets, opens and closes it. A wait for the model may be given
 * up before it has answered; it is then busy until it has, and what it opened late is closed at once.
 */
export class ModelLife {
  readonly #guard: ModelGuard;
  readonly #logger: Logger;
  readonly #onClosed: () => void;
  #attempt: Attempt | undefined;
  #isQuiet = true;
  /** What is left to do for an attempt that was given up. */
  #late: Promise<void> | undefined;

  constructor(guard: ModelGuard, logger: Logger, onClosed: () => void) {
    this.#guard = guard;
    this.#logger = logger;
    this.#onClosed = onClosed;
  }

  /** Whether the last close was confirmed; true as long as none was needed. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Whether the model is still resetting or opening, or closing after a late open. */
  get isBusy(): boolean {
    return this.#attempt?.outcome === 'pending' || this.#late !== undefined;
  }

  /** One step, so that nothing comes between the regions and the model. */
  reset(model: DeviceModel, regions: RegionTable): Promise<void> {
    const handler = (): void | Promise<void> => {
      regions.reset();
      return model.reset?.();
    };
    return this.#try('reset', handler, () => Promise.resolve());
  }

  open(model: DeviceModel): Promise<void> {
    this.#isQuiet = true;
    return this.#try(
      'open',
      () => model.open?.(),
      async () => {
        await this.close(model);
      },
    );
  }

  /** Never fails: what the model throws is logged. Answers whether it confirmed that it is quiet. */
  async close(model: DeviceModel): Promise<boolean> {
    let quiet = true;
    try {
      await this.#guard.call('close', () => model.close?.());
    } catch (error) {
      this.#logger.error('the device did not close cleanly', { error });
      quiet = false;
    }
    this.#onClosed();
    this.#isQuiet = quiet;
    return quiet;
  }

  /** Has the model end its work with a PASID. Never fails; answers whether it confirmed that it is quiet. */
  async drain(model: DeviceModel, pasid: Pasid): Promise<boolean> {
    try {
      await this.#guard.call('drainPasid', () => model.drainPasid?.(pasid));
      return true;
    } catch (error) {
      this.#logger.error('the device did not end its work with a PASID', { pasid, error });
      return false;
    }
  }

  /** Waits until the model is not busy any more, or has missed another deadline. Never fails. */
  async settled(): Promise<void> {
    if (this.#attempt?.outcome === 'pending') {
      try {
        await this.#guard.settle('late answer', this.#attempt.answered);
      } catch {
        // The guard has logged it; whoever waits has waited long enough.
        return;
      }
    }
    await this.#late;
  }

  /** `undo` is called if the handler succeeds although the wait for it was given up. */
  async #try(
    what: string,
    handler: () => void | Promise<void>,
    undo: () => Promise<void>,
  ): Promise<void> {
    const attempt = new Attempt(handler);
    this.#attempt = attempt;
    try {
      await this.#guard.call(what, () => attempt.run());
    } catch (error) {
      if (attempt.outcome === 'pending') {
        this.#late = this.#finishLate(attempt, undo);
      } else if (attempt.outcome === 'done') {
        await undo();
      }
      throw error;
    }
  }

  async #finishLate(attempt: Attempt, undo: () => Promise<void>): Promise<void> {
    await attempt.answered;
    if (attempt.outcome === 'done') {
      await undo();
    }
    this.#late = undefined;
  }
}
