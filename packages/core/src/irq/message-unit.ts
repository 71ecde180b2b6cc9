import { VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_INFO_NORESIZE } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { IrqIndexSpec } from './irq-index.js';
import type { Activity, IrqUnit, LetGo, Notify } from './irq-unit.js';
import type { IrqRequest } from './request.js';
import { slotTarget, type ResolveDescriptor, type Slot } from './slot.js';
import type { IrqTarget } from './target.js';

type MessageSpec = Extract<IrqIndexSpec, { kind: 'message' }>;

/**
 * A set of message vectors. The first request that binds targets also allocates `start + count` vectors;
 * later ones rebind ranges, and grow the set only if the index is resizable.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_msi_trigger, vfio_msi_set_block.
 */
export class MessageUnit implements IrqUnit {
  readonly infoFlags: number;
  readonly exclusive = true;
  readonly count: number;
  readonly #spec: MessageSpec;
  readonly #notify: Notify;
  readonly #letGo: LetGo;
  /** As long as the vectors that are allocated. */
  #targets: (IrqTarget | undefined)[] = [];
  #enabled = false;

  constructor(spec: MessageSpec, notify: Notify, letGo: LetGo) {
    this.#spec = spec;
    this.#notify = notify;
    this.#letGo = letGo;
    this.count = spec.count;
    this.infoFlags = VFIO_IRQ_INFO_EVENTFD | (spec.resizable ? 0 : VFIO_IRQ_INFO_NORESIZE);
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set(request: IrqRequest, activity: Activity, resolve: ResolveDescriptor): number {
    if (request.action !== 'trigger') {
      throw failure('irq.action');
    }
    if (activity === 'active' && request.count === 0 && request.data === 'none') {
      this.disable();
      return 0;
    }
    if (activity === 'other') {
      throw failure('irq.other-active');
    }
    if (request.data === 'eventfd') {
      return activity === 'active' ? this.#bind(request, resolve) : this.#enable(request, resolve);
    }
    if (activity !== 'active') {
      throw failure('irq.inactive');
    }
    for (let i = 0; i < request.count; i++) {
      if (request.data === 'none' || request.bools[i] !== 0) {
        this.trigger(request.start + i);
      }
    }
    return 0;
  }

  trigger(subindex: number): boolean {
    const target = this.#targets[subindex];
    return target !== undefined && this.#notify(target);
  }

  assert(): boolean {
    return this.trigger(0);
  }

  deassert(): void {
    // A message has no level.
  }

  resetLines(): void {
    // A message has no level.
  }

  disable(): void {
    const targets = this.#targets;
    this.#targets = [];
    this.#enabled = false;
    targets.forEach(this.#letGo);
  }

  #enable(request: IrqRequest, resolve: ResolveDescriptor): number {
    const wanted = request.start + request.count;
    if (wanted === 0) {
      throw failure('irq.range', { start: 0, count: 0 });
    }
    const available = this.#available();
    if (available < wanted) {
      return available;
    }
    this.#targets = new Array<IrqTarget | undefined>(wanted).fill(undefined);
    this.#enabled = true;
    try {
      return this.#bind(request, resolve);
    } catch (error) {
      this.disable();
      throw error;
    }
  }

  #bind(request: IrqRequest, resolve: ResolveDescriptor): number {
    const { start, count, slots } = request;
    for (let i = 0; i < count; i++) {
      const vector = start + i;
      try {
        this.#bindOne(vector, slots[i] ?? -1, resolve);
      } catch (error) {
        // The kernel does not restore what was bound before: every vector touched so far is unbound.
        for (let bound = start; bound <= vector; bound++) {
          this.#unbind(bound);
        }
        throw error;
      }
    }
    return 0;
  }

  /** In the kernel's order: unbind, allocate, look at the descriptor. */
  #bindOne(vector: number, slot: Slot, resolve: ResolveDescriptor): void {
    const unbinds = typeof slot === 'number' && slot < 0;
    if (vector >= this.#targets.length) {
      if (unbinds) {
        return;
      }
      this.#grow(vector);
    }
    this.#unbind(vector);
    this.#targets[vector] = slotTarget(slot, resolve);
  }

  #unbind(vector: number): void {
    const target = this.#targets[vector];
    if (target !== undefined) {
      this.#targets[vector] = undefined;
      this.#letGo(target);
    }
  }

  #grow(vector: number): void {
    if (!this.#spec.resizable) {
      throw failure('irq.resize', { vector });
    }
    if (vector >= this.#available()) {
      throw failure('irq.no-vectors', { vector });
    }
    while (this.#targets.length <= vector) {
      this.#targets.push(undefined);
    }
  }

  /** How many vectors this device can have, at least 1. */
  #available(): number {
    const available = this.#spec.available?.() ?? this.count;
    if (!Number.isInteger(available) || available < 0) {
      throw failure('model.count', { handler: 'irq available', count: available });
    }
    if (available === 0) {
      throw failure('irq.no-vectors');
    }
    return Math.min(this.count, available);
  }
}
