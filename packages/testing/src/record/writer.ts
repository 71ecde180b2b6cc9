import { encode } from 'cborg';
import { failure } from '../errors.js';
import { doneItem, entryItem, type Item } from './encode-entry.js';
import type { RecordingEntry, RecordingHeader } from './entry.js';
import { headerItem } from './header.js';
import { MAX_ITEM_BYTES } from './item-kinds.js';
import type { RecordingSink } from './sink.js';

type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;

/**
 * Turns entries into the bytes of a recording. The ids of calls must count from 1 and times must not go back, as a
 * `Recorder` makes them. A call waits in the writer for the entry that follows it, because its answer is written with it.
 */
export class RecordingWriter {
  readonly #sink: RecordingSink;
  /** Microseconds, of the last item. */
  #time = 0;
  #waiting: CallEntry | undefined;

  constructor(sink: RecordingSink, header: RecordingHeader) {
    this.#sink = sink;
    this.#put(headerItem(header));
  }

  /** Throws `recording.format` for an entry above the limit of an item, and what the sink throws. */
  write(entry: RecordingEntry): void {
    const call = this.#waiting;
    this.#waiting = undefined;
    if (call !== undefined) {
      if (entry.kind === 'answer' && entry.id === call.id) {
        const delta = this.#step(call.time);
        this.#put(doneItem(delta, call, this.#step(entry.time), entry.answer));
        return;
      }
      this.#put(entryItem(this.#step(call.time), call));
    }
    if (entry.kind === 'call') {
      this.#waiting = entry;
    } else {
      this.#put(entryItem(this.#step(entry.time), entry));
    }
  }

  /** Writes what waits, and ends the sink. */
  end(): void {
    try {
      if (this.#waiting !== undefined) {
        const call = this.#waiting;
        this.#waiting = undefined;
        this.#put(entryItem(this.#step(call.time), call));
      }
    } finally {
      this.#sink.end();
    }
  }

  /** Microseconds since the last time that was written. */
  #step(time: number): number {
    const now = Math.max(Math.round(time * 1000), this.#time);
    const delta = now - this.#time;
    this.#time = now;
    return delta;
  }

  #put(item: Item): void {
    const bytes = encode(item);
    if (bytes.length > MAX_ITEM_BYTES) {
      throw failure('recording.format', { problem: 'an entry is too long', bytes: bytes.length });
    }
    this.#sink.write(bytes);
  }
}
