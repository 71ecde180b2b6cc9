import { failure } from '../../errors/index.js';
import type { ReadTarget } from '../../event/descriptor-operations.js';
import type { ObjectDescriptor, ReadOptions } from '../descriptor.js';
import type { OpenDescriptor } from '../life/open-descriptor.js';

/** A buffer of the client's. It may be shorter, or gone, when there is something to put into it. */
class ClientBuffer implements ReadTarget {
  readonly length: number;
  readonly #into: Uint8Array;

  constructor(into: Uint8Array) {
    this.#into = into;
    this.length = into.length;
  }

  copy(header: Uint8Array, data: Uint8Array): void {
    const into = this.#into;
    // Both or nothing.
    if (header.length + data.length > into.length) {
      throw new RangeError('the buffer is not there any more');
    }
    into.set(header);
    into.set(data, header.length);
  }
}

/** A descriptor in the process of the device. */
export class LocalDescriptor implements ObjectDescriptor {
  readonly #open: OpenDescriptor;

  constructor(open: OpenDescriptor) {
    this.#open = open;
  }

  /** What stands behind a descriptor, if it is one of these. */
  static openOf(descriptor: unknown): OpenDescriptor | undefined {
    return descriptor instanceof LocalDescriptor ? descriptor.#open : undefined;
  }

  async poll(): Promise<number> {
    return this.#open.poll();
  }

  async ready(): Promise<number> {
    let mask = this.#open.poll();
    while (mask === 0) {
      await this.#change();
      mask = this.#open.poll();
    }
    return mask;
  }

  async read(into: Uint8Array, options: ReadOptions = {}): Promise<number> {
    requireBytes('into', into);
    return this.#open.read(new ClientBuffer(into), options.nonBlocking === true);
  }

  async ioctl(operation: number, data: Uint8Array): Promise<Uint8Array> {
    requireBytes('data', data);
    if (operation >>> 0 !== operation) {
      throw failure('object.argument', { argument: 'operation' });
    }
    return this.#open.ioctl(operation, data);
  }

  close(): Promise<void> {
    return this.#open.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const subscription = this.#open.onChange(() => {
        subscription[Symbol.dispose]();
        resolve();
      });
    });
  }
}

function requireBytes(argument: string, value: unknown): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) {
    throw failure('object.argument', { argument });
  }
}
