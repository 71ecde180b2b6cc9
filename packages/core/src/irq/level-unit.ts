import {
  VFIO_IRQ_INFO_AUTOMASKED,
  VFIO_IRQ_INFO_EVENTFD,
  VFIO_IRQ_INFO_MASKABLE,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Activity, IrqUnit, LetGo, Notify } from './irq-unit.js';
import type { IrqRequest } from './request.js';
import { slotSource, slotTarget, type ResolveDescriptor } from './slot.js';
import { SourceSubscription } from './source-subscription.js';
import type { IrqSource, IrqTarget } from './target.js';

/** Calls of a target in one go. A device that needs more has lost its client's attention. */
const STORM_LIMIT = 1000;

/**
 * A line: signals while it is raised, masks itself whenever it fires, and fires again when it is unmasked
 * and still raised.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_intx_{trigger,mask,unmask}.
 */
export class LevelUnit implements IrqUnit {
  readonly infoFlags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
  readonly exclusive = true;
  readonly count: number;
  readonly #notify: Notify;
  readonly #letGo: LetGo;
  #enabled = false;
  #masked = false;
  #raised = false;
  #signalling = false;
  /** The line fired while its target was being called. */
  #again = false;
  #target: IrqTarget | undefined;
  #unmaskSource: Disposable | undefined;

  constructor(count: number, notify: Notify, letGo: LetGo) {
    this.count = count;
    this.#notify = notify;
    this.#letGo = letGo;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set(request: IrqRequest, activity: Activity, resolve: ResolveDescriptor): number {
    switch (request.action) {
      case 'trigger':
        this.#setTrigger(request, activity, resolve);
        return 0;
      case 'mask':
        this.#requireLine(request, activity);
        this.#setMask(request);
        return 0;
      case 'unmask':
        this.#requireLine(request, activity);
        this.#setUnmask(request, resolve);
        return 0;
      case 'none':
        throw failure('irq.action');
    }
  }

  trigger(): boolean {
    return this.#fire();
  }

  assert(): boolean {
    this.#raised = true;
    return this.#fire();
  }

  deassert(): void {
    this.#raised = false;
  }

  resetLines(): void {
    this.#raised = false;
  }

  disable(): void {
    const source = this.#unmaskSource;
    const target = this.#target;
    this.#unmaskSource = undefined;
    this.#target = undefined;
    this.#enabled = false;
    this.#masked = false;
    this.#letGo(target);
    source?.[Symbol.dispose]();
  }

  #setTrigger(request: IrqRequest, activity: Activity, resolve: ResolveDescriptor): void {
    if (activity === 'active' && request.count === 0 && request.data === 'none') {
      this.disable();
      return;
    }
    if (activity === 'other') {
      throw failure('irq.other-active');
    }
    if (request.start !== 0 || request.count !== 1) {
      throw failure('irq.level-range', { start: request.start, count: request.count });
    }
    if (request.data === 'eventfd') {
      const before = this.#target;
      this.#target = slotTarget(request.slots[0] ?? -1, resolve);
      this.#enabled = true;
      this.#letGo(before);
      if (this.#raised) {
        this.#fire();
      }
      return;
    }
    if (activity !== 'active') {
      throw failure('irq.inactive');
    }
    if (wants(request)) {
      this.#signal();
    }
  }

  #requireLine(request: IrqRequest, activity: Activity): void {
    if (activity !== 'active') {
      throw failure('irq.inactive');
    }
    if (request.start !== 0 || request.count !== 1) {
      throw failure('irq.level-range', { start: request.start, count: request.count });
    }
  }

  #setMask(request: IrqRequest): void {
    if (request.data === 'eventfd') {
      throw failure('irq.action');
    }
    if (wants(request)) {
      this.#masked = true;
    }
  }

  #setUnmask(request: IrqRequest, resolve: ResolveDescriptor): void {
    if (request.data !== 'eventfd') {
      if (wants(request)) {
        this.#unmask();
      }
      return;
    }
    const source = slotSource(request.slots[0] ?? -1, resolve);
    if (source === undefined) {
      const bound = this.#unmaskSource;
      this.#unmaskSource = undefined;
      bound?.[Symbol.dispose]();
      return;
    }
    if (this.#unmaskSource !== undefined) {
      throw failure('irq.unmask-bound');
    }
    this.#subscribe(source);
  }

  #subscribe(source: IrqSource): void {
    const subscription = new SourceSubscription();
    this.#unmaskSource = subscription;
    try {
      subscription.start(source, () => {
        this.#unmask();
      });
    } catch (error) {
      if (this.#unmaskSource === subscription) {
        this.#unmaskSource = undefined;
      }
      throw error;
    }
  }

  #unmask(): void {
    this.#masked = false;
    if (this.#raised) {
      this.#fire();
    }
  }

  #fire(): boolean {
    return this.#enabled && !this.#masked && this.#signal();
  }

  #takeAgain(): boolean {
    const again = this.#again;
    this.#again = false;
    return again;
  }

  /**
   * Also the loopback of a client, which the kernel does not hold back while masked. A client that unmasks inside
   * its own target while the line is raised is called again from here, not from there, so the stack stays flat;
   * one that always does is a storm, and the line stays masked until it unmasks once more.
   */
  #signal(): boolean {
    this.#masked = this.#target !== undefined;
    if (this.#signalling) {
      this.#again = true;
      return this.#masked;
    }
    let sent = false;
    this.#signalling = true;
    try {
      let left = STORM_LIMIT;
      do {
        sent = (this.#target !== undefined && this.#notify(this.#target)) || sent;
        left -= 1;
      } while (this.#takeAgain() && left > 0);
    } finally {
      this.#signalling = false;
    }
    return sent;
  }
}

function wants(request: IrqRequest): boolean {
  return request.data === 'none' || request.bools[0] !== 0;
}
