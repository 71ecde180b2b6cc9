import { ManualClock } from '@mdevkit/core';
import { encodeObject } from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import { DEFAULT_LIMITS, type DoeLimits, type DoeOutcome } from '../feature/ports.js';
import { MailboxRegisters } from './mailbox-registers.js';
import { ScriptedPort } from './scripted-port.test-support.js';
import { wordAt } from './word-at.js';

export const ABORT = 1;
export const INT_EN = 2;
export const ASYNC_EN = 8;
export const GO = 0x8000_0000;
export const BUSY = 1;
export const INT_STATUS = 2;
export const ERROR = 4;
export const READY = 0x8000_0000;

/** Header and payload of `words` words in all, with that length in the header. */
export function objectWords(words: number, first = 0x0001_1e98): number[] {
  return Array.from({ length: words }, (_, index) =>
    index === 0 ? first : index === 1 ? words % 0x4_0000 : 0xa000_0000 + index,
  );
}

export function toWords(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => wordAt(bytes, 4 * index));
}

/** An answer of 2 + `payload` words, each of which tells its place. */
export function responseOf(payload: number): DoeOutcome {
  const bytes = new Uint8Array(payload * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < payload; index++) {
    view.setUint32(index * 4, 0xb000_0000 + index, true);
  }
  return { kind: 'response', object: encodeObject({ vendor: 0x1e98, type: 1 }, bytes) };
}

export const noResponse = (): DoeOutcome => ({
  kind: 'error',
  reason: failure('doe.no-response'),
});

/** One instance with scripted features and a clock that stands still. */
export class MailboxBench implements Disposable {
  readonly clock = new ManualClock();
  readonly port = new ScriptedPort();
  readonly mailbox: MailboxRegisters;
  messages = 0;
  /** Called by every message, as an in-process target would be. */
  onMessage: () => void = () => undefined;

  constructor(options: { version?: 1 | 2; silent?: boolean; limits?: Partial<DoeLimits> } = {}) {
    const interrupt = (): void => {
      this.messages++;
      this.onMessage();
    };
    this.mailbox = new MailboxRegisters({
      at: 0x140,
      version: options.version ?? 2,
      exchanges: this.port,
      interrupt: options.silent === true ? undefined : interrupt,
      clock: this.clock,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
    });
  }

  get status(): number {
    return this.mailbox.readStatus();
  }

  get control(): number {
    return this.mailbox.readControl();
  }

  write(words: readonly number[]): void {
    for (const word of words) {
      this.mailbox.writeMailbox(word);
    }
  }

  /** Writes a whole object and Go. */
  send(words: readonly number[] = objectWords(3), control = 0): void {
    this.write(words);
    this.mailbox.writeControl(GO | control);
  }

  abort(): void {
    this.mailbox.writeControl(ABORT);
  }

  /** The instance in the given state; what was asked is the port's last. */
  static in(state: MailboxRegisters['state'] | 'gathering'): MailboxBench {
    const bench = new MailboxBench();
    const { port } = bench;
    if (state === 'idle') {
      return bench;
    }
    if (state === 'gathering') {
      bench.write([1, 2]);
      return bench;
    }
    port.hangs = state === 'aborting';
    bench.send();
    if (state === 'ready') {
      port.last.answer(responseOf(2));
    } else if (state === 'error') {
      port.last.answer(noResponse());
    } else if (state === 'aborting') {
      bench.abort();
    }
    return bench;
  }

  /** Nothing stays scheduled. */
  [Symbol.dispose](): void {
    this.mailbox.reset();
  }

  /** Reads and acknowledges until nothing is ready. */
  drain(): number[] {
    const words: number[] = [];
    while ((this.status & READY) !== 0) {
      words.push(this.mailbox.readMailbox());
      this.mailbox.acknowledge();
    }
    return words;
  }

  /** An exchange from the beginning to the end, to see that everything works. */
  roundTrip(): number[] {
    this.send(objectWords(3));
    this.port.last.answer(responseOf(1));
    return this.drain();
  }
}

/** What {@link MailboxBench.roundTrip} reads. */
export const roundTripWords = [0x0001_1e98, 3, 0xb000_0000];
