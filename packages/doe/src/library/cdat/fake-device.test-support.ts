import { decodeReadEntry, encodeTableEntry } from '../../abi/cdat/index.js';
import type { DoeTransport } from '../mailbox/index.js';

/** What a device answers for a handle: the next handle and the bytes of the entry, or a whole payload. */
export type Answer = { readonly next: number; readonly bytes: Uint8Array } | Uint8Array;

/** A device that answers by a script. */
export class FakeTable implements DoeTransport {
  readonly asked: number[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  answer: (handle: number) => Answer;

  constructor(answer: (handle: number) => Answer) {
    this.answer = answer;
  }

  exchange(
    vendor: number,
    type: number,
    payload: Uint8Array,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Uint8Array> {
    const handle = decodeReadEntry(payload);
    if (vendor !== 0x1e98 || type !== 2 || handle === undefined) {
      return Promise.reject(new Error('no request to read an entry'));
    }
    this.asked.push(handle);
    this.signals.push(options?.signal);
    try {
      const answer = this.answer(handle);
      return Promise.resolve(answer instanceof Uint8Array ? answer : encodeTableEntry(answer));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** A device that has these entries, the header first, at handles 0, 1, 2 … */
export function tableOf(...entries: readonly Uint8Array[]): FakeTable {
  return new FakeTable((handle) => {
    const bytes = entries[handle];
    if (bytes === undefined) {
      throw new Error(`no entry ${handle}`);
    }
    return { next: handle + 1 < entries.length ? handle + 1 : 0xffff, bytes };
  });
}

/** A header with this length, that makes the structures behind it sum to zero. */
export function header(length: number, sequence: number, ...structures: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint8(4, 2);
  view.setUint32(12, sequence, true);
  const sum = [bytes, ...structures].flatMap((part) => [...part]).reduce((a, b) => a + b, 0);
  view.setUint8(5, -sum & 0xff);
  return bytes;
}
