import { capabilityName } from './register-names.js';
import { FIRST, FuzzClients, Random, SPAN, type Access } from './fuzz-clients.test-support.js';
import { FunctionBench, MSIX } from './function-bench.test-support.js';
import type { NaiveOutcome } from './naive-mailbox.test-support.js';
import { Twins } from './twins.test-support.js';

/** How many accesses, and which ones. */
export interface RegisterFuzzOptions {
  readonly cases: number;
  readonly seed: number;
}

/** What a run has reached. */
export interface RegisterFuzzReport {
  readonly accesses: number;
  /** Data objects that reached the features. */
  readonly asked: number;
  readonly messages: number;
  readonly resets: number;
  /** How often each value of Status was seen, in hex. */
  readonly seen: Readonly<Record<string, number>>;
}

const LIMITS = { objectWords: 32, responseMs: 100, abortMs: 40 };
/** After so many accesses the function is reset, so that nothing grows. */
const EPOCH = 5000;

/**
 * Clients that know nothing of each other access the registers of two instances of a real PCI function, at any offset and
 * width, while features answer, hang and come late. Every byte that is read, and what the function sends, is compared with
 * NaiveMailbox.
 *
 * @throws Error at the first difference, with the seed and the number of the access
 */
export async function fuzzRegisters({
  cases,
  seed,
}: RegisterFuzzOptions): Promise<RegisterFuzzReport> {
  return new RegisterFuzz(seed).run(cases);
}

class RegisterFuzz {
  readonly #seed: number;
  readonly #random: Random;
  readonly #seen = new Map<number, number>();
  readonly #clients: FuzzClients;
  readonly #data = new DataView(new ArrayBuffer(32));
  readonly #expected = new Uint8Array(32);
  #bench: FunctionBench;
  #twins: readonly Twins[];
  #accesses = 0;
  #asked = 0;
  #messages = 0;
  #resets = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#clients = new FuzzClients(this.#random);
    [this.#bench, this.#twins] = freshBench();
  }

  async run(cases: number): Promise<RegisterFuzzReport> {
    while (this.#accesses < cases) {
      if (this.#accesses % EPOCH === EPOCH - 1) {
        this.#renew();
      }
      this.#accesses++;
      this.#access(this.#clients.next());
      this.#compare();
      const event = this.#random.below(12);
      if (event < 6) {
        await this.#feature(event);
        this.#compare();
      }
    }
    this.#renew();
    return {
      accesses: this.#accesses,
      asked: this.#asked,
      messages: this.#messages,
      resets: this.#resets,
      seen: Object.fromEntries(
        [...this.#seen].map(([status, count]) => [status.toString(16), count]),
      ),
    };
  }

  #access({ offset, width, value, kind }: Access): void {
    const { config } = this.#bench;
    const data = this.#data;
    if (kind === 'read') {
      for (let at = 0; at < width; at++) {
        data.setUint8(at, 0xee);
      }
      if (config.read(offset, data, 0, width) !== width) {
        this.#wrong(`a short read at ${offset.toString(16)}`);
      }
      this.#compareBytes(offset, width);
      return;
    }
    for (let at = 0; at < width; at += 4) {
      data.setUint32(at, at === 0 ? value : this.#random.word(), true);
    }
    void config.write(offset, data, 0, width);
    for (let at = offset - (offset % 4); at < offset + width; at += 4) {
      this.#writeTwin(at, offset, width);
    }
  }

  /** The part of a write that touches the word at `at`. */
  #writeTwin(at: number, offset: number, width: number): void {
    const naive = this.#twins[Math.floor((at - FIRST) / SPAN)]?.naive;
    const register = at - FIRST - SPAN * Math.floor((at - FIRST) / SPAN);
    if (naive === undefined) {
      return;
    }
    let value = register === 8 ? naive.control : 0;
    let touched = 0;
    for (let byte = 0; byte < 4; byte++) {
      const from = at + byte - offset;
      if (from >= 0 && from < width) {
        const scale = 2 ** (8 * byte);
        const old = Math.floor(value / scale) % 256;
        value += (this.#data.getUint8(from) - old) * scale;
        touched++;
      }
    }
    if (register === 8) {
      naive.writeControl(value);
    } else if (register === 0xc) {
      naive.writeStatus(value);
    } else if (register === 0x10 && touched === 4) {
      naive.writeMailbox(value);
    } else if (register === 0x14 && touched === 4) {
      naive.acknowledge();
    }
  }

  #compareBytes(offset: number, width: number): void {
    const expected = this.#expected;
    for (let byte = 0; byte < width; byte++) {
      const word = offset + byte - ((offset + byte) % 4);
      const whole = word >= offset && word + 4 <= offset + width;
      expected[byte] = Math.floor(this.#register(word, whole) / 2 ** (8 * ((offset + byte) % 4)));
      if (expected[byte] !== this.#data.getUint8(byte)) {
        this.#wrong(`byte ${(offset + byte).toString(16)} of a read of ${width}`);
      }
    }
  }

  /** What the word at `at` shows. */
  #register(at: number, whole: boolean): number {
    const instance = Math.floor((at - FIRST) / SPAN);
    const naive = this.#twins[instance]?.naive;
    if (naive === undefined) {
      return 0;
    }
    switch (at - FIRST - SPAN * instance) {
      case 0:
        return instance === 0 ? 0x1181_002e : 0x0002_002e;
      case 4:
        return instance === 0 ? 0x7 : 0;
      case 8:
        return naive.control;
      case 0xc:
        return naive.status;
      case 0x14:
        return whole ? naive.word : 0;
      default:
        return 0;
    }
  }

  /** Something that no client does. */
  async #feature(event: number): Promise<void> {
    const random = this.#random;
    const twins = random.pick(this.#twins, undefined);
    if (twins === undefined) {
      return;
    }
    switch (event) {
      case 0:
      case 1:
        twins.answer(this.#outcome());
        break;
      case 2:
        twins.late(random.word(), this.#outcome());
        break;
      case 3:
        twins.atOnce = random.below(2) === 0 ? undefined : this.#outcome();
        twins.hangs = random.below(3) === 0;
        break;
      case 4:
        await twins.settle();
        break;
      default:
        this.#time();
    }
  }

  #time(): void {
    if (this.#random.below(50) === 0) {
      this.#resets++;
      this.#bench.write(0x88, 2, 0x8000);
      this.#bench.write(4, 2, 4);
      for (const { naive } of this.#twins) {
        naive.reset();
      }
      return;
    }
    const milliseconds = 1 + this.#random.below(60);
    this.#bench.clock.advance(milliseconds);
    for (const { naive } of this.#twins) {
      naive.advance(milliseconds);
    }
  }

  #outcome(): NaiveOutcome {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
        return { kind: 'discard' };
      case 1:
        return { kind: 'error' };
      default:
        return {
          kind: 'response',
          words: Array.from({ length: 2 + random.below(4) }, () => random.word()),
        };
    }
  }

  #compare(): void {
    const { mailboxes, irqs, clock } = this.#bench;
    let timers = 0;
    for (let index = 0; index < this.#twins.length; index++) {
      const [mailbox, twins] = [mailboxes[index], this.#twins[index]];
      if (mailbox === undefined || twins === undefined) {
        return this.#wrong('an instance is missing');
      }
      const { naive, port } = twins;
      const status = mailbox.readStatus();
      if (status !== naive.status || mailbox.readControl() !== naive.control) {
        this.#wrong(`${capabilityName(mailbox.at)}: status ${status} and not ${naive.status}`);
      }
      if (mailbox.readMailbox() !== naive.word || port.asked.length !== naive.asked.length) {
        this.#wrong(`${capabilityName(mailbox.at)}: another word, or another question`);
      }
      timers += naive.timers;
      this.#seen.set(status, (this.#seen.get(status) ?? 0) + 1);
    }
    if (clock.pendingCount !== timers || irqs.log.length !== this.#twins[0]?.naive.messages) {
      this.#wrong(`${clock.pendingCount} timers, ${irqs.log.length} messages`);
    }
  }

  /** Another function, so that lists stay short. Everything that was asked and sent is compared. */
  #renew(): void {
    for (const twins of this.#twins) {
      twins.expectSameQuestions();
      this.#asked += twins.naive.asked.length;
    }
    const { log } = this.#bench.irqs;
    if (log.some((entry) => entry !== 'trigger 2:3')) {
      this.#wrong('a signal that is not the message');
    }
    this.#messages += log.length;
    this.#bench.reset();
    if (this.#bench.clock.pendingCount !== 0) {
      this.#wrong('a timer is left after a reset');
    }
    [this.#bench, this.#twins] = freshBench();
  }

  #wrong(what: string): never {
    throw new Error(`seed ${this.#seed}, access ${this.#accesses}: ${what}`);
  }
}

/** Version 1 with message 3, and behind it version 2 without interrupts. */
function freshBench(): [FunctionBench, readonly Twins[]] {
  const bench = new FunctionBench(
    [{ at: FIRST, version: 1, message: 3 }, { at: FIRST + SPAN }],
    LIMITS,
  );
  bench.irqs.active.add(MSIX);
  bench.write(4, 2, 4);
  const twins = [
    new Twins(bench.port(0), { version: 1, interrupts: true, ...LIMITS }),
    new Twins(bench.port(1), { version: 2, interrupts: false, ...LIMITS }),
  ];
  return [bench, twins];
}
