import { type Duplex } from 'node:stream';
import { LineSplitter, withDeadline } from '../support/index.js';

interface Pending {
  readonly resolve: (words: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

const LIMIT_MS = 30_000;

/** The widths of an access, in bytes, by the letter that ends its command. */
const memoryWidths = { 1: 'b', 2: 'w', 4: 'l', 8: 'q' } as const;

/** The width of a memory access in bytes. */
export type MemoryWidth = keyof typeof memoryWidths;

/** The width of a port access in bytes. */
export type PortWidth = 1 | 2 | 4;

/**
 * The client of QEMU's test protocol: it does what the guest's processor would do. One line each way
 * (QEMU system/qtest.c); QEMU answers in the order of the requests.
 *
 * Addresses and values are numbers, up to `Number.MAX_SAFE_INTEGER`, except for 8-byte values.
 */
export class QtestClient {
  readonly #stream: Duplex;
  readonly #pending: Pending[] = [];
  readonly #irqs = new Set<number>();
  #closed: Error | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    const lines = new LineSplitter();
    stream.on('data', (piece: Buffer) => {
      lines.feed(piece).forEach((line) => this.#receive(line));
    });
    stream.on('error', () => undefined);
    stream.on('end', () => this.#close());
    stream.on('close', () => this.#close());
  }

  async read(address: number, width: Exclude<MemoryWidth, 8>): Promise<number> {
    return Number(await this.#value(`read${memoryWidths[width]} ${hex(address)}`));
  }

  async write(address: number, width: Exclude<MemoryWidth, 8>, value: number): Promise<void> {
    await this.request(`write${memoryWidths[width]} ${hex(address)} ${hex(value)}`);
  }

  async read64(address: number): Promise<bigint> {
    return BigInt(await this.#value(`readq ${hex(address)}`));
  }

  async write64(address: number, value: bigint): Promise<void> {
    await this.request(`writeq ${hex(address)} 0x${value.toString(16)}`);
  }

  async portRead(port: number, width: PortWidth): Promise<number> {
    return Number(await this.#value(`in${memoryWidths[width]} ${hex(port)}`));
  }

  async portWrite(port: number, width: PortWidth, value: number): Promise<void> {
    await this.request(`out${memoryWidths[width]} ${hex(port)} ${hex(value)}`);
  }

  /** Bytes of the guest's memory. */
  async readMemory(address: number, length: number): Promise<Buffer> {
    const digits = await this.#value(`read ${hex(address)} ${hex(length)}`);
    return Buffer.from(digits.slice(2), 'hex');
  }

  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    const digits = Buffer.from(bytes).toString('hex');
    await this.request(`write ${hex(address)} ${hex(bytes.length)} 0x${digits}`);
  }

  /** Lets the guest's clock go on by `nanoseconds`, or to its next timer. Gives the new time. */
  async stepClock(nanoseconds?: number): Promise<bigint> {
    return BigInt(
      await this.#value(nanoseconds === undefined ? 'clock_step' : `clock_step ${nanoseconds}`),
    );
  }

  /** From now on {@link raisedIrqs} tells the inputs of the object at a QOM path, such as `ioapic`. */
  async interceptIrqs(path: string): Promise<void> {
    await this.request(`irq_intercept_in ${path}`);
  }

  /** The intercepted interrupt lines that are raised. */
  get raisedIrqs(): readonly number[] {
    return [...this.#irqs].sort((a, b) => a - b);
  }

  /**
   * Repeats `look` until it gives something. Between two looks QEMU's main loop runs once, because each
   * look is a request.
   *
   * @throws Error that names `what`, if nothing comes within `limitMs`
   */
  async until<T>(what: string, look: () => Promise<T | undefined>, limitMs = LIMIT_MS): Promise<T> {
    let late = false;
    const repeated = async (): Promise<T> => {
      for (;;) {
        const seen = await look();
        if (seen !== undefined) {
          return seen;
        }
        if (late) {
          throw new Error(`waited in vain: ${what}`);
        }
      }
    };
    return withDeadline(repeated(), limitMs, () => {
      late = true;
      return new Error(`no ${what} within ${limitMs} ms`);
    });
  }

  /** Sends a line and gives the words of the answer after `OK`. */
  async request(line: string): Promise<readonly string[]> {
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      this.#pending.push({ resolve, reject });
      this.#stream.write(`${line}\n`);
    });
    const words = await withDeadline(answer, LIMIT_MS, () => new Error(`no answer to ${line}`));
    if (words[0] !== 'OK') {
      throw new Error(`${line}: ${words.join(' ')}`);
    }
    return words.slice(1);
  }

  async #value(line: string): Promise<string> {
    const [value] = await this.request(line);
    if (value === undefined) {
      throw new Error(`${line}: an answer without a value`);
    }
    return value;
  }

  #receive(text: string): void {
    const words = text.split(' ');
    if (words[0] === 'IRQ') {
      const line = Number(words[2]);
      if (words[1] === 'raise') {
        this.#irqs.add(line);
      } else {
        this.#irqs.delete(line);
      }
    } else {
      this.#pending.shift()?.resolve(words);
    }
  }

  #close(): void {
    this.#closed = new Error('QEMU closed its test protocol');
    for (const { reject } of this.#pending.splice(0)) {
      reject(this.#closed);
    }
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
