import { AfuContextEvents, silentLogger, type DescriptorOperations } from '@mdevkit/core';
import {
  PROCESS_ELEMENT,
  type AfuBenchOptions,
  type FaultyAfuBench,
} from '@mdevkit/core/test-support';
import { turns } from '../eventually.test-support.js';
import { Served } from '../server/served.test-support.js';
import type { OpenObject } from '../server/index.js';

const none = new Uint8Array(0);

/** Operations as the core opens them, whose next copies fail on their way to the socket. */
class Opened implements OpenObject {
  /** So many copies to come fail. */
  failing = 0;
  readonly #operations: DescriptorOperations;
  #isClosed = false;

  constructor(operations: DescriptorOperations) {
    this.#operations = operations;
  }

  poll(): number {
    return this.#operations.poll();
  }

  onChange(callback: () => void): Disposable {
    return this.#operations.onChange(callback);
  }

  read(target: Parameters<OpenObject['read']>[0], nonBlocking: boolean): number | Promise<number> {
    const copy = (header: Uint8Array, data: Uint8Array): void => {
      if (this.failing > 0) {
        this.failing--;
        throw new RangeError('the socket takes nothing');
      }
      target.copy(header, data);
    };
    return this.#operations.read({ length: target.length, copy }, nonBlocking);
  }

  ioctl(): Uint8Array {
    return none;
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#operations.closed();
    }
  }
}

/** A context, and its reader on the other side of a socket. */
export async function openAfuBench(options: AfuBenchOptions = {}): Promise<FaultyAfuBench> {
  const context = new AfuContextEvents({
    ...options,
    processElement: PROCESS_ELEMENT,
    logger: silentLogger,
  });
  const opened = new Opened(context);
  const served = new Served();
  served.plane.onCall = () => ({ bytes: none, descriptors: [opened] });
  const control = await served.connect();
  const { descriptors } = await control.call({ bytes: none, descriptors: [] });
  return {
    context,
    reader: descriptors[0]!,
    settle: () => turns(10),
    failCopies(copies) {
      opened.failing = copies;
    },
    async [Symbol.asyncDispose]() {
      await control.close();
      await served[Symbol.asyncDispose]();
      await context.free();
    },
  };
}
