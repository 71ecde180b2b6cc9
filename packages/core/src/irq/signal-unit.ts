import { VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_INFO_NORESIZE } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Activity, IrqUnit, LetGo, Notify } from './irq-unit.js';
import type { IrqRequest } from './request.js';
import { slotTarget, type ResolveDescriptor, type Slot } from './slot.js';
import type { IrqTarget } from './target.js';

/**
 * One notification from the device or the host to the client, independent of the active index.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_ctx_trigger_single.
 */
export class SignalUnit implements IrqUnit {
  readonly infoFlags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
  readonly exclusive = false;
  readonly count: number;
  readonly #notify: Notify;
  readonly #letGo: LetGo;
  #target: IrqTarget | undefined;

  constructor(count: number, notify: Notify, letGo: LetGo) {
    this.count = count;
    this.#notify = notify;
    this.#letGo = letGo;
  }

  get enabled(): boolean {
    return this.#target !== undefined;
  }

  set(request: IrqRequest, _activity: Activity, resolve: ResolveDescriptor): number {
    if (request.action !== 'trigger') {
      throw failure('irq.action');
    }
    if (request.start !== 0 || request.count > 1) {
      throw failure('irq.signal-range', { start: request.start, count: request.count });
    }
    if (request.data === 'none') {
      this.#loopbackOrClear(request.count);
      return 0;
    }
    if (request.count === 0) {
      throw failure('irq.signal-range', { start: 0, count: 0 });
    }
    if (request.data === 'bool') {
      if (request.bools[0] !== 0) {
        this.trigger();
      }
      return 0;
    }
    this.#bind(request.slots[0] ?? -1, resolve);
    return 0;
  }

  trigger(): boolean {
    return this.#target !== undefined && this.#notify(this.#target);
  }

  assert(): boolean {
    return this.trigger();
  }

  deassert(): void {
    // A notification has no level.
  }

  resetLines(): void {
    // A notification has no level.
  }

  disable(): void {
    this.#rebind(undefined);
  }

  #loopbackOrClear(count: number): void {
    if (this.#target === undefined) {
      throw failure('irq.unbound');
    }
    if (count === 0) {
      this.#rebind(undefined);
    } else {
      this.#notify(this.#target);
    }
  }

  #bind(slot: Slot, resolve: ResolveDescriptor): void {
    if (typeof slot === 'number' && slot < -1) {
      throw failure('irq.bad-slot', { descriptor: slot });
    }
    this.#rebind(slotTarget(slot, resolve));
  }

  #rebind(target: IrqTarget | undefined): void {
    const before = this.#target;
    this.#target = target;
    this.#letGo(before);
  }
}
