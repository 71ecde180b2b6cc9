import { StringDecoder } from 'node:string_decoder';
import { withDeadline } from './deadline.js';

interface Waiter {
  readonly pattern: RegExp;
  readonly from: number;
  readonly found: (match: RegExpExecArray) => void;
  readonly ended: (error: Error) => void;
}

/** Where {@link TextLog.waitFor} begins to look, and how long it waits. */
export interface WaitOptions {
  /** A {@link TextLog.length} that was read earlier; 0 if absent: what was written long ago counts. */
  readonly from?: number;
  readonly limitMs?: number;
}

const WAIT_LIMIT_MS = 30_000;
/** Enough for a panic of the kernel with its trace. */
const TAIL_LINES = 100;

/** What somebody writes for people, such as a console. All of it is kept. */
export class TextLog {
  readonly #decoder = new StringDecoder('utf8');
  readonly #waiters = new Set<Waiter>();
  #text = '';
  #ended = false;

  /** `name` is what errors call it. */
  constructor(readonly name: string) {}

  get text(): string {
    return this.#text;
  }

  get length(): number {
    return this.#text.length;
  }

  /** Its last lines. */
  tail(lines = TAIL_LINES): string {
    return this.#text.trimEnd().split('\n').slice(-lines).join('\n');
  }

  append(piece: Buffer): void {
    this.#text += this.#decoder.write(piece).replaceAll('\r', '');
    for (const waiter of this.#waiters) {
      this.#try(waiter);
    }
  }

  /** Nothing will come any more. */
  end(): void {
    this.#ended = true;
    for (const { pattern, ended } of this.#waiters) {
      ended(this.#missing(pattern, 'ended'));
    }
    this.#waiters.clear();
  }

  /** Waits until the text matches `pattern`. */
  async waitFor(pattern: RegExp, options: WaitOptions = {}): Promise<RegExpExecArray> {
    const { from = 0, limitMs = WAIT_LIMIT_MS } = options;
    let waiter: Waiter | undefined;
    const match = new Promise<RegExpExecArray>((found, ended) => {
      waiter = { pattern, from, found, ended };
      this.#waiters.add(waiter);
      if (!this.#try(waiter) && this.#ended) {
        ended(this.#missing(pattern, 'ended'));
      }
    });
    try {
      return await withDeadline(match, limitMs, () =>
        this.#missing(pattern, `within ${limitMs} ms`),
      );
    } finally {
      if (waiter !== undefined) {
        this.#waiters.delete(waiter);
      }
    }
  }

  #try(waiter: Waiter): boolean {
    const match = new RegExp(waiter.pattern, waiter.pattern.flags.replace(/[gy]/g, '')).exec(
      this.#text.slice(waiter.from),
    );
    if (match === null) {
      return false;
    }
    this.#waiters.delete(waiter);
    waiter.found(match);
    return true;
  }

  #missing(pattern: RegExp, why: string): Error {
    return new Error(`${this.name}: no ${String(pattern)} (${why})\n${this.tail()}`);
  }
}
