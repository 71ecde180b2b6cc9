import { decode } from 'cborg';
import { failure } from '../errors.js';
import { EntryDecoder } from './decode-entry.js';
import type { Recording, RecordingEntry, RecordingHeader } from './entry.js';
import { parseHeader } from './header.js';
import { MAX_ITEM_BYTES } from './item-kinds.js';
import { itemLength, ItemProblem } from './item-length.js';

/** What comes out of a recording that is read: its header, then its entries. */
export type RecordingPart =
  { readonly kind: 'header'; readonly header: RecordingHeader } | RecordingEntry;

export interface ReadOptions {
  /** Bytes of the largest item; 64 MiB without it. */
  readonly maxItemBytes?: number;
}

/**
 * Reads a recording piece by piece. Nothing that it is given is trusted: every item is checked before anything is made of
 * it, and its parts are checked one by one.
 */
export class RecordingReader {
  readonly #limit: number;
  readonly #entries = new EntryDecoder();
  #hasHeader = false;
  #buffer = new Uint8Array(0);
  /** Bytes of the recording before the buffer. */
  #before = 0;

  constructor({ maxItemBytes = MAX_ITEM_BYTES }: ReadOptions = {}) {
    this.#limit = maxItemBytes;
  }

  /**
   * The parts that are complete with `bytes`, as they are asked for. All must be taken before the next call. Throws
   * `recording.format` and `recording.version`, with the offset of the item, after the parts before it.
   */
  *push(bytes: Uint8Array): Generator<RecordingPart, void, undefined> {
    this.#buffer = this.#buffer.length === 0 ? bytes.slice() : joined(this.#buffer, bytes);
    let at = 0;
    try {
      for (let length = this.#length(at); length !== undefined; length = this.#length(at)) {
        const offset = this.#before + at;
        const item = this.#decode(this.#buffer.subarray(at, at + length), offset);
        at += length;
        yield* this.#parts(item, offset);
      }
    } finally {
      this.#buffer = this.#buffer.subarray(at);
      this.#before += at;
    }
  }

  /** There is no more. Throws `recording.format` with `truncated` if an item is cut, or there is not even a header. */
  end(): void {
    if (this.#buffer.length > 0 || !this.#hasHeader) {
      throw failure('recording.format', {
        offset: this.#before,
        problem: 'it ends in the middle of an item',
        truncated: true,
      });
    }
  }

  #length(at: number): number | undefined {
    try {
      return at === this.#buffer.length ? undefined : itemLength(this.#buffer, at, this.#limit);
    } catch (error) {
      throw this.#problem(error, this.#before + at);
    }
  }

  #decode(bytes: Uint8Array, offset: number): unknown {
    try {
      // Plain values: there are no tags here, and no maps with keys of other types.
      return decode(bytes, { strict: true, rejectDuplicateMapKeys: true }) as unknown;
    } catch (error) {
      throw this.#problem(error, offset);
    }
  }

  *#parts(item: unknown, offset: number): Generator<RecordingPart, void, undefined> {
    if (this.#hasHeader) {
      yield* this.#entries.decode(item, offset);
    } else {
      const header = parseHeader(item, offset);
      this.#hasHeader = true;
      yield { kind: 'header', header };
    }
  }

  #problem(error: unknown, offset: number): unknown {
    const problem = error instanceof ItemProblem ? error.message : 'an item is not well formed';
    return failure('recording.format', { offset, problem });
  }
}

/** Reads a recording from a stream. Throws as {@link RecordingReader}, when all parts before have been yielded. */
export async function* readRecording(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<RecordingPart, void, undefined> {
  const reader = new RecordingReader(options);
  for await (const bytes of source) {
    yield* reader.push(bytes);
  }
  reader.end();
}

export interface ParseOptions extends ReadOptions {
  /** A recording that was cut in the middle of an item is read up to there. */
  readonly allowTruncated?: boolean;
}

/** A whole recording. Throws as {@link RecordingReader}. */
export function parseRecording(bytes: Uint8Array, options: ParseOptions = {}): Recording {
  const reader = new RecordingReader(options);
  let header: RecordingHeader | undefined;
  const entries: RecordingEntry[] = [];
  for (const part of reader.push(bytes)) {
    if (part.kind === 'header') {
      ({ header } = part);
    } else {
      entries.push(part);
    }
  }
  if (header === undefined || options.allowTruncated !== true) {
    reader.end();
  }
  if (header === undefined) {
    throw failure('recording.format', { offset: 0, problem: 'there is no header' });
  }
  return { header, entries };
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
