import { CXL_READ_MIN_SIZE, POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { failure, type MdevError } from '../../errors/index.js';
import { trackDisposable, trackReleased } from '../../lifecycle/index.js';
import { safeLogger, type Logger } from '../../log/index.js';
import type { DescriptorOperations, ReadTarget } from '../descriptor-operations.js';
import { Emitter } from '../emitter.js';
import type { AfuContext, AfuDriverEvent, AfuDriverOps } from './afu-driver.js';
import { checkOptions, type AfuContextOptions } from './context-options.js';
import { DriverEvents } from './driver-events.js';
import { DriverFaults } from './driver-faults.js';
import { EventCopier } from './event-copier.js';
import { EventOrder } from './event-order.js';
import { GenericEvents } from './generic-events.js';
import { ReadQueue } from './read-queue.js';

const READABLE = POLLIN | POLLRDNORM;

/** `opened`: has a descriptor. `started`: works. `closed`: was detached, and does so never again. */
export type AfuContextState = 'opened' | 'started' | 'closed';

/**
 * What the reader of a context of an accelerator (AFU) is told: interrupts, faults, errors, and events of its driver.
 *
 * A driver's events come before all others, then interrupts (the lowest first), the fault, the error. Each read gives one.
 * A context that was detached, or whose card is gone, still gives what it has, and then EIO for ever; what it is told from
 * then on is dropped.
 *
 * Source: Linux drivers/misc/cxl/file.c, afu_poll, afu_read; context.c; include/misc/cxl.h.
 */
export class AfuContextEvents implements DescriptorOperations, AfuContext, AsyncDisposable {
  readonly processElement: number;
  readonly #logger: Logger;
  readonly #irqs: number;
  readonly #generic: GenericEvents;
  readonly #faults: DriverFaults;
  readonly #driver: DriverEvents;
  readonly #order: EventOrder;
  readonly #reads: ReadQueue;
  readonly #changes: Emitter<undefined>;
  #state: AfuContextState = 'opened';
  #linkIsDown = false;
  #released = false;
  /** What poll answered when the listeners were told. */
  #told = 0;
  #droppedErrors = 0;
  #empty: MdevError | undefined;

  /** @throws RangeError for an option that is out of its range */
  constructor(options: AfuContextOptions) {
    const { processElement, logger, irqs, starvationBound, guard } = checkOptions(options);
    this.processElement = processElement;
    this.#logger = safeLogger(logger.child({ processElement }));
    this.#irqs = irqs;
    this.#generic = new GenericEvents(irqs);
    this.#faults = new DriverFaults(this.#logger);
    this.#driver = new DriverEvents(this, this.#faults, guard, () => {
      this.#answeredLate();
    });
    this.#order = new EventOrder(
      this.#driver,
      this.#generic,
      new EventCopier(processElement),
      starvationBound,
    );
    this.#changes = new Emitter((error) => {
      this.#logger.error('a listener of a descriptor failed', { error });
    });
    this.#reads = new ReadQueue({
      poll: () => this.poll(),
      deliver: (target) => this.#deliver(target),
      turned: () => {
        this.#order.turned();
        this.#tell();
      },
      // Made once: a reader that asks again and again would pay for a stack trace each time.
      empty: () => (this.#empty ??= failure('afu.empty')),
    });
    trackDisposable(this);
  }

  get state(): AfuContextState {
    return this.#state;
  }

  get linkIsDown(): boolean {
    return this.#linkIsDown;
  }

  /** Callbacks that threw, rejected, missed their deadline or answered what is no event. */
  get driverErrors(): number {
    return this.#faults.count;
  }

  /** Errors of the AFU that came while one was pending. */
  get droppedErrors(): number {
    return this.#droppedErrors;
  }

  /** The context works. Nothing happens if it does already. Throws EIO once it was detached. */
  start(): void {
    if (this.#state === 'closed') {
      throw failure('afu.detached');
    }
    this.#state = 'started';
  }

  /** The context works no more, in whatever state it was. Idempotent. */
  detach(): void {
    this.#state = 'closed';
    this.#wake();
  }

  /** The card does not answer any more, and will not again for this context. Idempotent. */
  linkDown(): void {
    this.#linkIsDown = true;
    this.#wake();
  }

  /**
   * The AFU raised an interrupt. One that was raised already and not read is still one.
   *
   * @param irq - from 1
   * @throws MdevError EINVAL `afu.irq`
   */
  interrupt(irq: number): void {
    if (!Number.isInteger(irq) || irq < 1 || irq > this.#irqs) {
      throw failure('afu.irq', { irq, irqs: this.#irqs });
    }
    if (!this.#ended) {
      this.#generic.interrupt(irq);
      this.#wake();
    }
  }

  /**
   * An address that the AFU used, 0 too, cannot be translated. Only the latest is kept.
   *
   * @throws MdevError EINVAL `afu.value`
   */
  fault(fault: { readonly address: bigint; readonly dsisr: bigint }): void {
    requireU64('address', fault.address);
    requireU64('dsisr', fault.dsisr);
    if (!this.#ended) {
      this.#generic.fault(fault.address, fault.dsisr);
      this.#wake();
    }
  }

  /**
   * The AFU reported an error, whose meaning is its own. While one is pending others are dropped.
   *
   * @throws MdevError EINVAL `afu.value`
   */
  afuError(error: bigint): void {
    requireU64('error', error);
    if (this.#ended) {
      return;
    }
    const dropped = this.#generic.error(error);
    if (dropped === 0) {
      this.#wake();
      return;
    }
    this.#droppedErrors += 1;
    if (dropped === 1) {
      // Once for each that is read: who makes the AFU fail must not be able to fill a disk.
      this.#logger.warn('errors of the AFU are dropped until the pending one is read', { error });
    }
  }

  /**
   * Registers the driver whose events the context passes on, instead of the one before.
   *
   * @throws MdevError EINVAL `afu.driver-ops` if a callback is missing; EBUSY `afu.driver-busy` while events of the one
   * before are announced or in flight
   */
  setDriverOps<E extends AfuDriverEvent>(ops: AfuDriverOps<E>): void {
    this.#driver.set(ops);
  }

  /**
   * The driver passes no more events on. Nothing happens without one.
   *
   * @throws MdevError EBUSY `afu.driver-busy` while events are announced or in flight
   */
  unsetDriverOps(): void {
    this.#driver.unset();
  }

  /**
   * The driver has more events to fetch, and readers and pollers are woken; with 0 they just are.
   *
   * @returns false if the context has ended: these events will not be fetched
   * @throws MdevError EINVAL `afu.notify-count`, `afu.no-driver`; ENOSPC `afu.credits` above 2^20 altogether
   */
  notify(newEvents: number): boolean {
    if (this.#ended) {
      return false;
    }
    this.#driver.announce(newEvents);
    this.#reads.wake();
    this.#told = this.poll();
    this.#changes.fire(undefined);
    return true;
  }

  poll(): number {
    if (this.#driver.pending || this.#generic.pending) {
      return READABLE;
    }
    return this.#ended ? POLLERR : 0;
  }

  onChange(callback: () => void): Disposable {
    return this.#changes.on(callback);
  }

  /**
   * Reads one event. The reader has room for 4096 bytes, or it is EINVAL, whatever there is. EFAULT if it cannot be copied
   * (none but an event that its driver drops is lost), EMSGSIZE for an event of the driver above 4096 bytes, EAGAIN, EIO
   * after the last event of a context that has ended, EPROTO for a driver that announces events without end and has none,
   * EBADF once it is closed.
   */
  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    if (this.#released) {
      throw failure('afu.closed');
    }
    if (target.length < CXL_READ_MIN_SIZE) {
      throw failure('afu.read-size', { length: target.length, least: CXL_READ_MIN_SIZE });
    }
    return this.#reads.read(target, nonBlocking);
  }

  closed(): void {
    void this.free();
  }

  /**
   * Detaches the context and forgets its events: every read is EBADF, and what was fetched or announced of the driver's ends
   * with -ECANCELED. Resolves when the driver was told of each, which takes as long as its fetchEvent does, or as the guard
   * gives it; never rejects. Idempotent.
   */
  free(): Promise<void> {
    if (!this.#released) {
      this.#released = true;
      this.#state = 'closed';
      this.#generic.clear();
      this.#reads.rejectAll(() => failure('afu.closed'));
      this.#tell();
      void this.#driver.free().then(() => {
        trackReleased(this);
      });
    }
    return this.#driver.free();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.free();
  }

  get #ended(): boolean {
    return this.#state === 'closed' || this.#linkIsDown;
  }

  /** Readers that wait, and pollers to whom it makes a difference. */
  #wake(): void {
    this.#reads.wake();
    this.#tell();
  }

  /** The driver can be asked again. Whoever read meanwhile was told that a context which has ended has nothing more. */
  #answeredLate(): void {
    if (this.#ended) {
      void this.#driver.free();
    }
    this.#wake();
  }

  #tell(): void {
    const mask = this.poll();
    if (mask !== this.#told) {
      this.#told = mask;
      this.#changes.fire(undefined);
    }
  }

  #deliver(target: ReadTarget): number | Promise<unknown> {
    const got = this.#order.deliver(target);
    if (got === 0 && this.#ended) {
      throw failure('afu.ended', { linkIsDown: this.#linkIsDown });
    }
    return got;
  }
}

function requireU64(name: string, value: bigint): void {
  if (BigInt.asUintN(64, value) !== value) {
    throw failure('afu.value', { [name]: value });
  }
}
