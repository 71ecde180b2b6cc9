import { failure } from '../errors/index.js';
import type { Logger } from '../log/index.js';
import { isThenable, type ModelGuard } from './model-guard.js';
import type { DeviceModel, QuiesceCause } from './model.js';

/** What happens beside the model when it does not become quiet. */
export interface QuiescenceOptions {
  readonly guard: ModelGuard;
  readonly logger: Logger;
  /** The device failed to become quiet: it must not reach memory any more. */
  readonly cutOff: () => void;
}

/** These take memory or the client away: they go on, against a device that was cut off. */
const UNSTOPPABLE: ReadonlySet<QuiesceCause> = new Set(['unmap', 'reset', 'disconnect']);

/**
 * Has a model become quiet before something is done that must not meet its DMA, and lets it go on afterwards. Things
 * done at the same time share one silence, which lasts until the last of them is over.
 */
export class Quiescence {
  readonly #options: QuiescenceOptions;
  #users = 0;
  /** The wait of the first user; undefined once the model is quiet. */
  #becoming: Promise<void> | undefined;
  /** Counts the opens: a silence of an earlier one is over. */
  #epoch = 0;
  /** Counts the clients: what an earlier one waited for is not done any more. */
  #client = 0;

  constructor(options: QuiescenceOptions) {
    this.#options = options;
  }

  /** The client is gone, the silence is not: what it waited for rejects with EBADF. */
  abandon(): void {
    this.#client += 1;
  }

  /** The device is opened or closed: nobody waits for the model any more. */
  renew(): void {
    this.abandon();
    this.#epoch += 1;
    this.#users = 0;
    this.#becoming = undefined;
  }

  /** Synchronous where the model and `run` are. Rejects with what `run` throws, or because the device is not quiet. */
  run<T>(model: DeviceModel, cause: QuiesceCause, run: () => T | Promise<T>): T | Promise<T> {
    if (model.quiesce === undefined && this.#users === 0) {
      return run();
    }
    const epoch = this.#epoch;
    const later = this.#forThisClient(run);
    this.#users += 1;
    try {
      const becoming = this.#users === 1 ? this.#begin(model, cause) : this.#becoming;
      const result =
        becoming === undefined
          ? run()
          : becoming.then(later, (error: unknown) => this.#despite(cause, error, later));
      if (isThenable(result)) {
        return Promise.resolve(result).finally(() => {
          this.#end(model, epoch);
        });
      }
      this.#end(model, epoch);
      return result;
    } catch (error) {
      this.#end(model, epoch);
      throw error;
    }
  }

  /** Undefined if the model was quiet at once. Throws, or rejects, if it does not become quiet. */
  #begin(model: DeviceModel, cause: QuiesceCause): Promise<void> | undefined {
    const { guard } = this.#options;
    let answer: void | Promise<void>;
    try {
      answer = model.quiesce?.(cause);
    } catch (error) {
      return this.#failed(cause, error);
    }
    if (!isThenable(answer)) {
      return undefined;
    }
    const becoming = guard.settle(`quiesce (${cause})`, Promise.resolve(answer)).then(
      () => {
        this.#becoming = undefined;
      },
      (error: unknown) => this.#failed(cause, error),
    );
    this.#becoming = becoming;
    // Whoever waits hears of it; without a waiter it is logged already.
    becoming.catch(() => undefined);
    return becoming;
  }

  /** A device that was closed or removed meanwhile is no failure of the model. */
  #failed(cause: QuiesceCause, thrown: unknown): Promise<never> {
    const { guard, logger, cutOff } = this.#options;
    this.#becoming = undefined;
    const error = guard.wrap('quiesce', thrown);
    if (!error.reason.startsWith('device.')) {
      logger.error('the device did not become quiet and is cut off', { cause, error });
      cutOff();
    }
    return Promise.reject(error);
  }

  #forThisClient<T>(run: () => T | Promise<T>): () => T | Promise<T> {
    const client = this.#client;
    return () => {
      if (client !== this.#client) {
        throw failure('device.closed');
      }
      return run();
    };
  }

  #despite<T>(cause: QuiesceCause, error: unknown, run: () => T | Promise<T>): T | Promise<T> {
    if (UNSTOPPABLE.has(cause)) {
      return run();
    }
    throw error;
  }

  #end(model: DeviceModel, epoch: number): void {
    if (epoch !== this.#epoch) {
      return;
    }
    this.#users -= 1;
    if (this.#users === 0) {
      try {
        model.resume?.();
      } catch (error) {
        this.#options.logger.error('the device failed to go on', { error });
      }
    }
  }
}
