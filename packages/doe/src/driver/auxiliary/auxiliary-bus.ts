import { toDisposable, type Logger } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import { AuxiliaryChild, type AuxiliaryParent } from './auxiliary-child.js';
import type { DoeAuxiliaryDriver } from './auxiliary-driver.js';

/** A driver and one of the children that it has. */
interface Binding {
  readonly driver: DoeAuxiliaryDriver;
  readonly child: AuxiliaryChild;
  /** What its probe answered. */
  held: Disposable | undefined;
}

/**
 * One child for each DOE Capability, for drivers that are not the function's own. Children go first: when this is disposed
 * nothing of them is left, and the instances are still there.
 *
 * Source: Documentation/driver-api/auxiliary_bus.rst; drivers/base/auxiliary.c.
 */
export class AuxiliaryBus implements Disposable {
  readonly #parents: readonly AuxiliaryParent[];
  readonly #logger: Logger;
  /** Oldest first. */
  readonly #bindings: Binding[] = [];
  #isGone = false;

  constructor(parents: readonly AuxiliaryParent[], logger: Logger) {
    this.#parents = parents;
    this.#logger = logger;
  }

  /**
   * Has a driver probe every child; disposing the answer has it let them go, newest first.
   *
   * @throws MdevError EIO `doe.gone`
   */
  register(driver: DoeAuxiliaryDriver): Disposable {
    if (this.#isGone) {
      throw failure('doe.gone', { driver: driver.name });
    }
    const own: Binding[] = [];
    for (const parent of this.#parents) {
      const binding = this.#probe(driver, parent);
      if (binding !== undefined) {
        own.push(binding);
      }
    }
    return toDisposable(() => {
      for (const binding of own.reverse()) {
        this.#release(binding);
      }
    });
  }

  /** Every driver lets its children go, newest first. Idempotent. */
  [Symbol.dispose](): void {
    this.#isGone = true;
    for (let last = this.#bindings.at(-1); last !== undefined; last = this.#bindings.at(-1)) {
      this.#release(last);
    }
  }

  #probe(driver: DoeAuxiliaryDriver, parent: AuxiliaryParent): Binding | undefined {
    // A probe may end everything.
    if (this.#isGone) {
      return undefined;
    }
    const child = new AuxiliaryChild(parent, driver.name);
    const binding: Binding = { driver, child, held: undefined };
    this.#bindings.push(binding);
    try {
      const held = driver.probe(child);
      if (this.#bindings.includes(binding)) {
        binding.held = held;
        return binding;
      }
      // It went while it was probed.
      this.#remove(binding, held);
    } catch (error) {
      this.#logger.error('a driver refused a DOE Capability', {
        driver: driver.name,
        child: child.name,
        error,
      });
      this.#forget(binding);
      child.end();
    }
    return undefined;
  }

  /** The driver first, who may still look at its child; then nobody can. */
  #release(binding: Binding): void {
    if (this.#forget(binding)) {
      this.#remove(binding, binding.held);
      binding.child.end();
    }
  }

  #forget(binding: Binding): boolean {
    const index = this.#bindings.indexOf(binding);
    if (index < 0) {
      return false;
    }
    this.#bindings.splice(index, 1);
    return true;
  }

  #remove({ driver, child }: Binding, held: Disposable | undefined): void {
    try {
      held?.[Symbol.dispose]();
    } catch (error) {
      this.#logger.error('a driver did not let a DOE Capability go', {
        driver: driver.name,
        child: child.name,
        error,
      });
    }
  }
}
