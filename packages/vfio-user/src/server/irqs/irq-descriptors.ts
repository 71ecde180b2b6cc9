import type { Endpoint, IrqInfo, IrqSlot } from '@mdevkit/core';
import {
  VFIO_IRQ_INFO_MASKABLE,
  VFIO_IRQ_INFO_NORESIZE,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { OwnedDescriptors } from '../owned-descriptors.js';
import { ClientEventFd } from './client-eventfd.js';
import { DoorbellDescriptors } from './doorbell-descriptors.js';
import { actionOf, checkIrqSet, dataOf, isDisable, type IrqSet } from './irq-set.js';

const BIND = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
const DISABLE = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
/** Nothing is bound to the slot from now on. */
const NOTHING = -1;

/**
 * The interrupts of one client: carries SET_IRQS out and owns the eventfds that came with it, each as long as it is
 * bound. Which index is enabled and what a slot does is the endpoint's.
 *
 * A message differs from the kernel's call in three ways. A disable of what is not enabled succeeds, as it does with
 * the servers that clients were written for. Vectors of one index come in several messages, as one carries few
 * descriptors: an index that cannot grow is enabled with all of its vectors by the first. And as nobody hears that
 * a client closes its eventfd, one that unmasks takes the place of the one before.
 *
 * Source: vfio-user protocol specification, VFIO_USER_DEVICE_SET_IRQS.
 */
export class IrqDescriptors implements Disposable {
  /** The eventfds that go the other way. */
  readonly doorbells: DoorbellDescriptors;
  readonly #endpoint: Endpoint;
  readonly #bound = new Set<ClientEventFd>();

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.doorbells = new DoorbellDescriptors(endpoint);
  }

  /** How many eventfds of the client are bound. */
  get bound(): number {
    return this.#bound.size;
  }

  /**
   * Takes the descriptors that it binds. Throws what {@link checkIrqSet} and the endpoint refuse, EINVAL for what is
   * no eventfd, and ENOSPC `vfio-user.irq-vectors` for more vectors than there are.
   */
  set(set: IrqSet, descriptors: OwnedDescriptors): void {
    const info = this.#endpoint.irqInfo(set.index);
    checkIrqSet(set, info.count);
    if (isDisable(set)) {
      this.#disable(set.index);
    } else if (dataOf(set) === VFIO_IRQ_SET_DATA_EVENTFD) {
      this.#setEventfds(set, info, descriptors);
    } else {
      const { index, flags, start, count, data } = set;
      const bools = dataOf(set) === VFIO_IRQ_SET_DATA_BOOL ? { bools: data } : {};
      this.#endpoint.setIrqs({ index, flags, start, count, ...bools });
    }
  }

  /** The client is gone, and what it bound with it. */
  [Symbol.dispose](): void {
    disposeAll([...this.#bound]);
    this.doorbells[Symbol.dispose]();
  }

  #disable(index: number): void {
    if (this.#endpoint.irqs.enabled(index)) {
      this.#endpoint.setIrqs({ index, flags: DISABLE, start: 0, count: 0 });
    }
  }

  #setEventfds(set: IrqSet, info: IrqInfo, descriptors: OwnedDescriptors): void {
    const eventfds = this.#adopt(descriptors);
    const slots = eventfds.length === 0 ? nothings(set.count) : eventfds;
    try {
      if (actionOf(set) === VFIO_IRQ_SET_ACTION_UNMASK && eventfds.length > 0) {
        this.#call(set, nothings(set.count));
      }
      this.#bind(set, info, slots);
    } catch (error) {
      disposeAll(eventfds);
      throw error;
    }
  }

  #bind(set: IrqSet, info: IrqInfo, slots: readonly IrqSlot[]): void {
    if (this.#needsAllVectors(set, info)) {
      this.#enableAll(set, info);
    }
    this.#call(set, slots);
  }

  /** Whether it enables a part of an index that cannot grow afterwards. */
  #needsAllVectors(set: IrqSet, { flags, count }: IrqInfo): boolean {
    return (
      set.flags === BIND &&
      (flags & VFIO_IRQ_INFO_NORESIZE) !== 0 &&
      (flags & VFIO_IRQ_INFO_MASKABLE) === 0 &&
      set.start + set.count < count &&
      !this.#endpoint.irqs.enabled(set.index)
    );
  }

  /** As many as the parent has at the moment; at least those that are asked for. */
  #enableAll({ index, flags, start, count }: IrqSet, info: IrqInfo): void {
    const enable = (vectors: number): number =>
      this.#endpoint.setIrqs({ index, flags, start: 0, count: vectors, slots: nothings(vectors) });
    const available = enable(info.count);
    if (available > 0 && (available < start + count || enable(available) > 0)) {
      throw failure('vfio-user.irq-vectors', { available, wanted: start + count });
    }
  }

  #call({ index, flags, start, count }: IrqSet, slots: readonly IrqSlot[]): void {
    const available = this.#endpoint.setIrqs({ index, flags, start, count, slots });
    if (available > 0) {
      throw failure('vfio-user.irq-vectors', { available, wanted: start + count });
    }
  }

  #adopt(descriptors: OwnedDescriptors): ClientEventFd[] {
    const adopted: ClientEventFd[] = [];
    try {
      for (let i = 0; i < descriptors.length; i++) {
        const fd = descriptors.peek(i);
        if (fd !== undefined) {
          const eventfd = new ClientEventFd(fd, (released) => this.#bound.delete(released));
          descriptors.take(i);
          this.#bound.add(eventfd);
          adopted.push(eventfd);
        }
      }
    } catch (error) {
      disposeAll(adopted);
      throw error;
    }
    return adopted;
  }
}

function nothings(count: number): number[] {
  return new Array<number>(count).fill(NOTHING);
}

function disposeAll(eventfds: readonly Disposable[]): void {
  for (const eventfd of eventfds) {
    eventfd[Symbol.dispose]();
  }
}
