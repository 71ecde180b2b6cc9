import { POLLERR } from '@mdevkit/uapi';
import { isThenable, type ModelGuard } from '../../device/model-guard.js';
import { failure, type MdevError } from '../../errors/index.js';
import type { DescriptorOperations, ReadTarget } from '../../event/descriptor-operations.js';
import { toDisposable } from '../../lifecycle/index.js';
import { handlerRefusal } from './handler-refusal.js';
import type { ObjectEntry } from './object-entry.js';
import { requireBytes, requireCount, requireDisposable } from './require-operations.js';

/** What a descriptor needs of the client that it belongs to. */
export interface DescriptorOwner {
  /** Destroys the object; never rejects. */
  destroyWith(entry: ObjectEntry): Promise<void>;
}

/** A read whose end may come before its event, which must not reach the reader then. */
class CancellableTarget implements ReadTarget {
  readonly length: number;
  readonly #target: ReadTarget;
  over: MdevError | undefined;

  constructor(target: ReadTarget) {
    this.length = target.length;
    this.#target = target;
  }

  copy(header: Uint8Array, data: Uint8Array): void {
    if (this.over !== undefined) {
      throw this.over;
    }
    this.#target.copy(header, data);
  }
}

/**
 * The side of the device of a descriptor object: an open file. Transports and the control plane in process stand in front
 * of it; every method throws EBADF once it is closed.
 *
 * Source: Linux drivers/infiniband/core/rdma_core.c, uverbs_fd_class, uverbs_uobject_fd_release.
 */
export class OpenDescriptor {
  readonly entry: ObjectEntry;
  readonly owner: DescriptorOwner;
  readonly #operations: DescriptorOperations;
  readonly #guard: ModelGuard;
  /** Who listens for changes. */
  readonly #listeners = new Map<Disposable, () => void>();
  readonly #reads = new Map<CancellableTarget, (error: MdevError) => void>();
  #state: 'open' | 'removed' | 'closed' = 'open';
  #closing: Promise<void> | undefined;

  constructor(
    entry: ObjectEntry,
    owner: DescriptorOwner,
    operations: DescriptorOperations,
    guard: ModelGuard,
  ) {
    this.entry = entry;
    this.owner = owner;
    this.#operations = operations;
    this.#guard = guard;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** POLLIN | POLLRDNORM, POLLERR, or 0. */
  poll(): number {
    this.#requireOpen();
    const mask = requireCount(
      'poll',
      this.#guarded(() => this.#operations.poll()),
    );
    return mask === 0 && this.#state === 'removed' ? POLLERR : mask;
  }

  /** Calls back whenever {@link OpenDescriptor.poll} may have changed, and once more when this is closed. */
  onChange(callback: () => void): Disposable {
    this.#requireOpen();
    const subscription = requireDisposable(
      this.#guarded(() => this.#operations.onChange(callback)),
    );
    const listener = toDisposable(() => {
      this.#listeners.delete(listener);
      this.#attempt(() => {
        subscription[Symbol.dispose]();
      });
    });
    this.#listeners.set(listener, callback);
    return listener;
  }

  /** As {@link DescriptorOperations.read}. Synchronous if there is something to read. */
  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    this.#requireOpen();
    const removed = this.#state === 'removed';
    if (removed && this.poll() === POLLERR) {
      throw failure('object.disassociated');
    }
    const cancellable = new CancellableTarget(target);
    const answer = this.#guarded(() => this.#operations.read(cancellable, nonBlocking || removed));
    return isThenable(answer)
      ? this.#follow(cancellable, Promise.resolve(answer))
      : requireCount('read', answer);
  }

  ioctl(operation: number, data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    this.#requireOpen();
    if (this.#state === 'removed') {
      throw failure('object.disassociated');
    }
    const operations = this.#operations;
    if (operations.ioctl === undefined) {
      throw failure('object.no-operation', { operation });
    }
    const answer = this.#guarded(() => operations.ioctl?.(operation, data));
    return isThenable(answer) ? this.#settle(Promise.resolve(answer)) : requireBytes(answer);
  }

  /** Destroys the object. Idempotent, and never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The device is gone: what is there can still be read. For the control plane. */
  remove(): void {
    if (this.#state !== 'open') {
      return;
    }
    this.#state = 'removed';
    let mask = POLLERR;
    this.#attempt(() => {
      mask = this.poll();
    });
    if (mask === POLLERR) {
      this.#cancelReads(failure('object.disassociated'));
    }
    this.#tell([...this.#listeners.values()]);
  }

  /** Ends everything but the object. For the control plane, which ends that. */
  end(): void {
    this.#closing ??= Promise.resolve();
    if (this.#shut()) {
      this.#finish();
    }
  }

  async #close(): Promise<void> {
    if (this.#shut()) {
      await this.owner.destroyWith(this.entry);
      this.#finish();
    }
  }

  /** Nobody can use it from now on. */
  #shut(): boolean {
    if (this.#state === 'closed') {
      return false;
    }
    this.#state = 'closed';
    this.#cancelReads(failure('object.descriptor-closed'));
    return true;
  }

  #finish(): void {
    const callbacks = [...this.#listeners.values()];
    for (const listener of [...this.#listeners.keys()]) {
      listener[Symbol.dispose]();
    }
    this.#attempt(() => {
      this.#operations.closed();
    });
    this.#tell(callbacks);
  }

  #tell(callbacks: readonly (() => void)[]): void {
    for (const callback of callbacks) {
      this.#attempt(callback);
    }
  }

  async #follow(target: CancellableTarget, answer: Promise<number>): Promise<number> {
    const cancelled = new Promise<never>((_, reject) => {
      this.#reads.set(target, reject);
    });
    try {
      return requireCount('read', await Promise.race([answer, cancelled]));
    } catch (error) {
      throw target.over ?? handlerRefusal(this.#guard, 'read', error);
    } finally {
      this.#reads.delete(target);
    }
  }

  async #settle(answer: Promise<Uint8Array>): Promise<Uint8Array> {
    try {
      return requireBytes(await this.#guard.settle('ioctl', answer));
    } catch (error) {
      throw handlerRefusal(this.#guard, 'ioctl', error);
    }
  }

  #cancelReads(error: MdevError): void {
    for (const [target, reject] of this.#reads) {
      target.over = error;
      reject(error);
    }
  }

  #guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw handlerRefusal(this.#guard, 'descriptor', error);
    }
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#guard.wrap('descriptor', error);
    }
  }

  #requireOpen(): void {
    if (this.#state === 'closed') {
      throw failure('object.descriptor-closed');
    }
  }
}
