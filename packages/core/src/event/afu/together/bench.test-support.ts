import { CXL_READ_MIN_SIZE } from '@mdevkit/uapi';
import { settled } from '../../../errors/outcome.test-support.js';
import type { ObjectDescriptor } from '../../../object/descriptor.js';
import type { AfuContextEvents } from '../afu-context-events.js';
import { decodeAfuEvent } from '../afu-event.js';
import type { AfuContextOptions } from '../context-options.js';

/** A context, and a reader of it: in the same process, or on the other side of whatever is being tested. */
export interface AfuBench extends AsyncDisposable {
  readonly context: AfuContextEvents;
  readonly reader: ObjectDescriptor;
  /** Resolves when all that was begun is done or waits for something that has not happened. */
  settle(): Promise<void>;
}

/** A bench whose next `copies` copies to the reader fail. */
export interface FaultyAfuBench extends AfuBench {
  failCopies(copies: number): void;
}

/** What a bench is made of; number and logger of the context are the bench's own. */
export type AfuBenchOptions = Partial<Omit<AfuContextOptions, 'processElement' | 'logger'>>;

export type OpenBench<B extends AfuBench = AfuBench> = (options?: AfuBenchOptions) => Promise<B>;

/** Of every context of a bench. */
export const PROCESS_ELEMENT = 7;

/** What a waiting read gives: `irq 3`, `driver a`, `EIO afu.ended`. */
export function next(reader: ObjectDescriptor): Promise<string> {
  return read(reader, false);
}

/** The same of a read that does not wait. */
export function now(reader: ObjectDescriptor): Promise<string> {
  return read(reader, true);
}

/** All that reads give which do not wait, the error at their end too. */
export async function drain(reader: ObjectDescriptor): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < 100; i++) {
    seen.push(await now(reader));
    if (/^(?:EAGAIN|EIO|EBADF) /.test(seen.at(-1) ?? '')) {
      return seen;
    }
  }
  return seen;
}

async function read(reader: ObjectDescriptor, nonBlocking: boolean): Promise<string> {
  const into = new Uint8Array(CXL_READ_MIN_SIZE);
  const length = await settled(() => reader.read(into, { nonBlocking }));
  return typeof length === 'string' ? length : told(into.subarray(0, length));
}

/** An event in a few words. */
export function told(bytes: Uint8Array): string {
  const event = decodeAfuEvent(bytes);
  switch (event.kind) {
    case 'interrupt':
      return `irq ${event.irq}`;
    case 'fault':
      return `fault ${event.address.toString(16)} ${event.dsisr.toString(16)}`;
    case 'error':
      return `error ${event.error.toString(16)}`;
    case 'driver':
      return `driver ${Buffer.from(event.data).toString()}`;
    case 'other':
      return `other ${event.type}`;
  }
}
