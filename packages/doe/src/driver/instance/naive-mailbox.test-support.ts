/** What a feature does in the end. */
export type NaiveOutcome =
  | { readonly kind: 'response'; readonly words: readonly number[] }
  | { readonly kind: 'discard' | 'error' };

export interface NaiveOptions {
  readonly version: 1 | 2;
  readonly interrupts: boolean;
  readonly responseMs: number;
  readonly abortMs: number;
  readonly objectWords: number;
}

/**
 * The registers of an instance written down bit by bit as the specification tells them, with lists instead of buffers and
 * dates instead of timers: what MailboxRegisters is compared with.
 *
 * Source: PCI Express Base Specification 6.0, sections 6.30 and 7.9.24.
 */
export class NaiveMailbox {
  busy = false;
  ready = false;
  error = false;
  interruptStatus = false;
  interruptEnable = false;
  asyncEnable = false;
  messages = 0;
  readonly asked: number[][] = [];
  /** What a feature answers at once, if it does. */
  atOnce: NaiveOutcome | undefined;
  /** The feature that is asked next works on until it is settled. */
  hangs = false;
  readonly #options: NaiveOptions;
  #now = 0;
  #written: number[] = [];
  #unread: number[] = [];
  /** A feature was asked, and somebody waits for its answer. */
  #waiting = false;
  /** The feature asked last works on, whoever waits. */
  #working = false;
  #aborting = false;
  #deadline = Infinity;
  /** When an abort of what was asked last has waited long enough; known from the first one on. */
  #patience: number | undefined;
  #told = false;

  constructor(options: NaiveOptions) {
    this.#options = options;
  }

  get status(): number {
    return (
      (this.busy ? 1 : 0) +
      (this.interruptStatus ? 2 : 0) +
      (this.error ? 4 : 0) +
      (this.ready ? 2 ** 31 : 0)
    );
  }

  get control(): number {
    return (this.interruptEnable ? 2 : 0) + (this.asyncEnable ? 8 : 0);
  }

  get word(): number {
    return this.ready ? (this.#unread[0] ?? NaN) : 0;
  }

  /** An instance waits for at most one thing. */
  get timers(): number {
    return this.busy ? 1 : 0;
  }

  writeControl(value: number): void {
    const bit = (n: number): boolean => Math.floor(value / 2 ** n) % 2 === 1;
    this.interruptEnable = this.#options.interrupts && bit(1);
    this.asyncEnable = this.#options.version === 2 && bit(3);
    if (bit(0)) {
      this.#abort();
    } else if (bit(31)) {
      this.#go();
    }
    this.#tell();
  }

  writeStatus(value: number): void {
    if (Math.floor(value / 2) % 2 === 1) {
      this.interruptStatus = false;
    }
    this.#tell();
  }

  writeMailbox(word: number): void {
    if (this.error) {
      return;
    }
    if (this.busy || this.#written.length >= this.#options.objectWords) {
      this.#fail();
    } else {
      this.#written.push(word);
    }
    this.#tell();
  }

  acknowledge(): void {
    if (this.ready) {
      this.#unread.shift();
      this.ready = this.#unread.length > 0;
    }
  }

  /** The feature asked last answers, wanted or not. */
  outcome(outcome: NaiveOutcome): void {
    if (this.#waiting) {
      this.#take(outcome);
      this.#tell();
    }
  }

  /** The feature asked last has finished. */
  settle(): void {
    this.#working = false;
    if (this.#aborting) {
      this.#endAbort();
    }
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    if (this.#now < this.#deadline) {
      return;
    }
    if (this.#aborting) {
      this.#endAbort();
    } else {
      this.#fail();
      this.#tell();
    }
  }

  reset(): void {
    this.#clear();
    this.interruptEnable = false;
    this.interruptStatus = false;
    this.asyncEnable = false;
    this.#working = false;
    this.#tell();
  }

  #go(): void {
    if (this.error) {
      return;
    }
    if (this.busy || this.ready) {
      this.#fail();
      return;
    }
    const words = this.#written;
    this.#written = [];
    const said = (words[1] ?? 0) % 2 ** 18;
    if (words.length < 2 || words.length !== (said === 0 ? 2 ** 18 : said)) {
      return;
    }
    this.asked.push(words);
    this.busy = true;
    this.#waiting = true;
    this.#working = this.hangs && this.atOnce === undefined;
    this.#patience = undefined;
    this.#deadline = this.#now + this.#options.responseMs;
    if (this.atOnce !== undefined) {
      this.#take(this.atOnce);
    }
  }

  #take(outcome: NaiveOutcome): void {
    if (outcome.kind === 'error') {
      this.#fail();
      return;
    }
    this.#clear();
    this.#working = false;
    if (outcome.kind === 'response') {
      this.#unread = [...outcome.words];
      this.ready = true;
      this.#happened();
    }
  }

  #fail(): void {
    this.#clear();
    this.error = true;
    this.#happened();
  }

  #abort(): void {
    if (this.#aborting) {
      return;
    }
    this.#clear();
    if (!this.#working) {
      return;
    }
    this.#patience ??= this.#now + this.#options.abortMs;
    if (this.#now < this.#patience) {
      this.busy = true;
      this.#aborting = true;
      this.#deadline = this.#patience;
    } else {
      this.#endAbort();
    }
  }

  #endAbort(): void {
    this.#clear();
    this.#working = false;
  }

  #clear(): void {
    this.busy = false;
    this.ready = false;
    this.error = false;
    this.#written = [];
    this.#unread = [];
    this.#waiting = false;
    this.#aborting = false;
    this.#deadline = Infinity;
  }

  #happened(): void {
    this.interruptStatus = this.#options.interrupts;
  }

  /** Whether all conditions are true, and were not before. */
  #tell(): void {
    const all = this.interruptEnable && this.interruptStatus;
    if (all && !this.#told) {
      this.messages++;
    }
    this.#told = all;
  }
}
