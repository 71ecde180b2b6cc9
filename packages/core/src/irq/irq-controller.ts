import { failure } from '../errors/index.js';
import type { IrqIndexSpec } from './irq-index.js';
import type { Activity, IrqUnit, LetGo, Notify } from './irq-unit.js';
import type { Irqs } from './irqs.js';
import { LevelUnit } from './level-unit.js';
import { MessageUnit } from './message-unit.js';
import { validateIrqRequest, type RawIrqRequest } from './request.js';
import { SignalUnit } from './signal-unit.js';
import { noDescriptors, type ResolveDescriptor } from './slot.js';

/**
 * All interrupts of one device: carries out the client's SET_IRQS and is the `Irqs` of the model.
 *
 * It exists before the model, which asks for it in its constructor, so the indexes are given later, once,
 * by {@link IrqController.configure}. Until then every trigger is dropped.
 */
export class IrqController implements Irqs {
  #units: readonly (IrqUnit | undefined)[] = [];
  #counts: readonly number[] = [];
  #requestIndex = -1;
  #delivered = 0;
  readonly #onTargetError: (error: unknown) => void;

  /** `onTargetError` learns what a client's target threw; the device that fired goes on. */
  constructor(onTargetError: (error: unknown) => void) {
    this.#onTargetError = onTargetError;
  }

  /** Interrupts that reached a target since the controller was made. */
  get delivered(): number {
    return this.#delivered;
  }

  get size(): number {
    return this.#units.length;
  }

  configure(specs: readonly IrqIndexSpec[]): void {
    this.#units = specs.map((spec) => unitOf(spec, this.#notify, this.#letGo));
    this.#counts = this.#units.map((unit) => unit?.count ?? 0);
    this.#requestIndex = specs.findIndex(
      (spec) => spec.kind === 'signal' && spec.role === 'request',
    );
  }

  /** Asks the client to let go of the device, if it listens to the index of that role. */
  triggerRequest(): boolean {
    return this.trigger(this.#requestIndex);
  }

  /** The unit of an index, for its info. Throws EINVAL for an absent one or one beyond the table. */
  unit(index: number): IrqUnit {
    const unit = this.#units[index];
    if (unit === undefined) {
      throw failure('irq.index', { index });
    }
    return unit;
  }

  /**
   * SET_IRQS. Returns 0, or the number of vectors that exist when fewer than wanted could be enabled.
   * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_irqs_ioctl.
   */
  set(raw: RawIrqRequest, resolve: ResolveDescriptor = noDescriptors): number {
    const request = validateIrqRequest(raw, this.#counts);
    const unit = this.unit(raw.index);
    return unit.set(request, this.#activity(unit), resolve);
  }

  trigger(index: number, subindex = 0): boolean {
    return this.#units[index]?.trigger(subindex) ?? false;
  }

  assert(index: number): boolean {
    return this.#units[index]?.assert() ?? false;
  }

  deassert(index: number): void {
    this.#units[index]?.deassert();
  }

  enabled(index: number): boolean {
    return this.#units[index]?.enabled ?? false;
  }

  /** The device was reset: lines fall, what the client bound stays bound. */
  resetLines(): void {
    for (const unit of this.#units) {
      unit?.resetLines();
    }
  }

  /** The client is gone: everything is unbound, also when a source of the client does not let go. */
  disableAll(): void {
    for (const unit of this.#units) {
      try {
        unit?.disable();
      } catch (error) {
        this.#onTargetError(error);
      }
    }
  }

  readonly #notify: Notify = (target) => {
    try {
      target.signal();
    } catch (error) {
      this.#onTargetError(error);
      return false;
    }
    this.#delivered += 1;
    return true;
  };

  readonly #letGo: LetGo = (target) => {
    try {
      target?.unbound?.();
    } catch (error) {
      this.#onTargetError(error);
    }
  };

  #activity(unit: IrqUnit): Activity {
    if (unit.enabled) {
      return 'active';
    }
    return this.#units.some((other) => other?.exclusive === true && other.enabled)
      ? 'other'
      : 'off';
  }
}

function unitOf(spec: IrqIndexSpec, notify: Notify, letGo: LetGo): IrqUnit | undefined {
  switch (spec.kind) {
    case 'level':
      return new LevelUnit(spec.count, notify, letGo);
    case 'message':
      return new MessageUnit(spec, notify, letGo);
    case 'signal':
      return new SignalUnit(spec.count, notify, letGo);
    case 'absent':
      return undefined;
  }
}
