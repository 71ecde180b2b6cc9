import { decode } from 'cborg';
import { failure } from '../errors.js';
import { EntryDecoder } from './decode-entry.js';
import type { Recording, RecordingEntry, RecordingHeader } from './entry.js';
import { parseHeader } from './header.js';
import { HeldBytes } from './held-bytes.js';
import { MAX_ITEM_BYTES } from './item-kinds.js';
import { ItemProblem, ItemScanner } from './item-scanner.js';

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
  readonly #scanner: ItemScanner;
  readonly #entries = new EntryDecoder();
  readonly #held = new HeldBytes();
  #hasHeader = false;
  /** Bytes of the recording before the item that is being read. */
  #offset = 0;

  constructor({ maxItemBytes = MAX_ITEM_BYTES }: ReadOptions = {}) {
    this.#scanner = new ItemScanner(maxItemBytes);
  }

  /**
   * The parts that are complete with `bytes`, as they are asked for. All must be taken before the next call. Throws
   * `recording.format` and `recording.version`, with the offset of the item, after the parts before it.
   */
  *push(bytes: Uint8Array): Generator<RecordingPart, void, undefined> {
    let at = 0;
    while (at < bytes.length) {
      const end = this.#scan(bytes, at);
      this.#held.add(bytes.subarray(at, end));
      if (end === undefined) {
        return;
      }
      at = end;
      const offset = this.#offset;
      const item = this.#held.take();
      this.#offset += item.length;
      yield* this.#parts(this.#decode(item, offset), offset);
    }
  }

  /** There is no more. Throws `recording.format` with `truncated` if an item is cut, or there is not even a header. */
  end(): void {
    if (this.#held.length > 0 || !this.#hasHeader) {
      throw failure('recording.format', {
        offset: this.#offset,
        problem: 'it ends in the middle of an item',
        truncated: true,
      });
    }
  }

  #scan(bytes: Uint8Array, at: number): number | undefined {
    try {
      return this.#scanner.scan(bytes, at);
    } catch (error) {
      throw this.#problem(error, this.#offset);
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
