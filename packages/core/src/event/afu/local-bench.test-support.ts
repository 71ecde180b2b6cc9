import { failure } from '../../errors/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import { silentLogger } from '../../log/index.js';
import type { ObjectDescriptor, ReadOptions } from '../../object/descriptor.js';
import type { DescriptorOperations } from '../descriptor-operations.js';
import { AfuContextEvents } from './afu-context-events.js';
import {
  PROCESS_ELEMENT,
  type AfuBenchOptions,
  type FaultyAfuBench,
} from './together/bench.test-support.js';

/** A descriptor with nothing between it and its operations. */
export class DirectDescriptor implements ObjectDescriptor {
  readonly #operations: DescriptorOperations;
  #closed = false;
  /** So many copies to come fail. */
  failing = 0;

  constructor(operations: DescriptorOperations) {
    this.#operations = operations;
  }

  async poll(): Promise<number> {
    this.#check();
    return this.#operations.poll();
  }

  async ready(): Promise<number> {
    for (;;) {
      this.#check();
      const mask = this.#operations.poll();
      if (mask !== 0) {
        return mask;
      }
      await this.#change();
    }
  }

  async read(into: Uint8Array, { nonBlocking = false }: ReadOptions = {}): Promise<number> {
    this.#check();
    const copy = (header: Uint8Array, data: Uint8Array): void => {
      if (this.failing > 0) {
        this.failing -= 1;
        throw new RangeError('no memory there');
      }
      into.set(header);
      into.set(data, header.length);
    };
    return this.#operations.read({ length: into.length, copy }, nonBlocking);
  }

  async ioctl(): Promise<Uint8Array> {
    throw failure('event.operation');
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#operations.closed();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #check(): void {
    if (this.#closed) {
      throw failure('afu.closed');
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const subscription = this.#operations.onChange(() => {
        subscription[Symbol.dispose]();
        resolve();
      });
    });
  }
}

/** A context and its reader in one process. */
export async function openLocalBench(options: AfuBenchOptions = {}): Promise<FaultyAfuBench> {
  const context = new AfuContextEvents({
    ...options,
    processElement: PROCESS_ELEMENT,
    logger: silentLogger,
  });
  const reader = new DirectDescriptor(context);
  return {
    context,
    reader,
    settle: microtasks,
    failCopies(copies) {
      reader.failing = copies;
    },
    async [Symbol.asyncDispose]() {
      await reader.close();
      await context.free();
    },
  };
}
