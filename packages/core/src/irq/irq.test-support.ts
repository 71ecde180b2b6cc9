import {
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { outcome } from '../errors/outcome.test-support.js';
import { IrqController } from './irq-controller.js';
import type { IrqIndexSpec } from './irq-index.js';
import type { RawIrqRequest } from './request.js';
import type { ResolveDescriptor, Slot } from './slot.js';
import type { IrqSource, IrqTarget } from './target.js';

export const LEVEL = 0;
export const MESSAGE = 1;
export const RESIZABLE = 2;
export const ERROR = 3;
export const REQUEST = 4;
export const ABSENT = 5;
export const EMPTY = 6;

/** Vectors of the indexes MESSAGE and RESIZABLE. */
export const VECTORS = 4;

export const TRIGGER = VFIO_IRQ_SET_ACTION_TRIGGER;
export const MASK = VFIO_IRQ_SET_ACTION_MASK;
export const UNMASK = VFIO_IRQ_SET_ACTION_UNMASK;
export const NONE = VFIO_IRQ_SET_DATA_NONE;
export const BOOL = VFIO_IRQ_SET_DATA_BOOL;
export const EVENTFD = VFIO_IRQ_SET_DATA_EVENTFD;

/** In the binary form of a call: a descriptor of something else, and one that is closed. */
export const NOT_EVENTFD = 98;
export const BAD_FD = 99;

/** All kinds of indexes. `available` limits the vectors of MESSAGE and RESIZABLE. */
export function specs(available?: () => number): readonly IrqIndexSpec[] {
  const limit = available === undefined ? {} : { available };
  return [
    { kind: 'level', name: 'intx', count: 1 },
    { kind: 'message', name: 'msi', count: VECTORS, resizable: false, ...limit },
    { kind: 'message', name: 'msix', count: VECTORS, resizable: true, ...limit },
    { kind: 'signal', name: 'err', count: 1, role: 'error' },
    { kind: 'signal', name: 'req', count: 1, role: 'request' },
    { kind: 'absent', name: 'none' },
    { kind: 'message', name: 'empty', count: 0, resizable: false },
  ];
}

/** An eventfd as a test needs it: target, source, and a counter that can be looked at. */
export class TestFd implements IrqTarget, IrqSource {
  #count = 0;
  readonly #subscribers = new Set<() => void>();

  signal(): void {
    if (this.#subscribers.size === 0) {
      this.#count += 1;
    }
    for (const subscriber of this.#subscribers) {
      subscriber();
    }
  }

  subscribe(callback: () => void): Disposable {
    this.#subscribers.add(callback);
    if (this.take() > 0) {
      callback();
    }
    return { [Symbol.dispose]: () => void this.#subscribers.delete(callback) };
  }

  /** The count, which is 0 afterwards. */
  take(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}

/** A controller with numbered eventfds, which are its descriptors 0, 1, 2 … */
export class IrqBench {
  readonly errors: unknown[] = [];
  readonly controller = new IrqController((error) => this.errors.push(error));
  readonly fds: readonly TestFd[];

  constructor(fdCount = 8, available?: () => number) {
    this.fds = Array.from({ length: fdCount }, () => new TestFd());
    this.controller.configure(specs(available));
  }

  readonly resolve: ResolveDescriptor = (descriptor) => {
    const fd = this.fds[descriptor];
    if (fd !== undefined) {
      return fd;
    }
    throw descriptor === NOT_EVENTFD
      ? failure('irq.not-eventfd')
      : failure('irq.bad-descriptor', { descriptor });
  };

  /** SET_IRQS; `data` is the payload of BOOL or of EVENTFD. */
  set(index: number, flags: number, start: number, count: number, data?: readonly Slot[]): unknown {
    return outcome(() =>
      this.controller.set(request(index, flags, start, count, data), this.resolve),
    );
  }

  /** Which eventfds were signalled since the last look, as `fd×times`. */
  signalled(): string {
    const parts = this.fds.map((fd, i) => {
      const count = fd.take();
      return count === 0 ? '' : `${i}×${count}`;
    });
    return parts.filter((part) => part !== '').join(' ') || '-';
  }

  /** Fires an interrupt of the device and tells who was signalled. */
  fire(index: number, subindex = 0): string {
    this.controller.trigger(index, subindex);
    return this.signalled();
  }
}

export function request(
  index: number,
  flags: number,
  start: number,
  count: number,
  data: readonly Slot[] = [],
): RawIrqRequest {
  const head = { index, flags, start, count };
  if ((flags & BOOL) !== 0) {
    return { ...head, bools: Uint8Array.from(data, (value) => (value === 1 ? 1 : 0)) };
  }
  return (flags & EVENTFD) === 0 ? head : { ...head, slots: data };
}
