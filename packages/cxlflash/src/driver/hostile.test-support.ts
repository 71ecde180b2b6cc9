import { CXL_READ_MIN_SIZE, SislIoarcb } from '@mdevkit/uapi';
import { HOST_STRIDE, HostRegister } from '../abi/index.js';
import type { Bench } from './bench.test-support.js';
import type { FlashContext, Resource } from './context/index.js';

/** Numbers of 0 .. 2^32-1 that a seed decides (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 .. `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  }

  of<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  wide(): bigint {
    return (BigInt(this.below(2 ** 32)) << 32n) | BigInt(this.below(2 ** 32));
  }
}

/** Where the hostile client has its memory, in its own address space: the same addresses as its victim. */
export interface Lair {
  readonly base: number;
  readonly memory: Uint8Array;
}

export interface HostileOptions {
  readonly lun: number;
  readonly flags: number;
  readonly pasid: number;
}

/** A client that does with its context whatever comes to a random mind. */
export class Hostile {
  readonly #bench: Bench;
  readonly #lair: Lair;
  readonly #random: Random;
  readonly #options: HostileOptions;
  readonly #client = { id: 66 };
  /** What its contexts came to: bits of `intr_status`, and events that it has read. */
  readonly record = { halts: 0, status: 0, events: 0 };
  #resources: Resource[] = [];
  context: FlashContext;

  constructor(bench: Bench, lair: Lair, random: Random, options: HostileOptions) {
    this.#bench = bench;
    this.#lair = lair;
    this.#random = random;
    this.#options = options;
    this.context = this.#attach();
  }

  async act(): Promise<void> {
    const random = this.#random;
    switch (random.below(14)) {
      case 0:
        this.#scribble();
        return;
      case 1:
      case 12:
      case 13:
        this.#poke();
        return;
      case 2:
        await this.#changeHandles();
        return;
      case 3:
        await this.#read();
        return;
      case 4:
        await this.#rise();
        return;
      case 5:
        this.#setUp();
        return;
      default:
        this.#request();
    }
  }

  /** Nobody waits for commands that hang: time goes on. */
  async end(): Promise<void> {
    const ended = this.#bench.slice.end(this.context);
    this.#bench.clock.advance(100);
    await ended;
    await this.context.events.free();
  }

  /** As its parent may have it fail. */
  fail(): void {
    this.#bench.parent.failContext(this.context.contextId);
  }

  #attach(): FlashContext {
    const context = this.#bench.slice.attach({
      client: this.#client,
      interrupts: this.#random.below(5),
      ...this.#options,
    });
    this.#resources = [];
    this.context = context;
    this.#setUp();
    this.#resources.push(context.open(this.#bench.parent.disk(this.#options.lun)));
    return context;
  }

  /** A queue that works, so that there is something to spoil. */
  #setUp(): void {
    const entries = 1 + this.#random.below(64);
    this.#set(HostRegister.RRQ_START, BigInt(this.#lair.base));
    this.#set(HostRegister.RRQ_END, BigInt(this.#lair.base + 8 * (entries - 1)));
    this.#set(HostRegister.CTX_CTRL, BigInt(this.#random.below(6)));
    this.#set(HostRegister.INTR_MASK, this.#random.of([0n, ~0x7ffn, ~0n]));
  }

  #scribble(): void {
    const { memory } = this.#lair;
    const start = this.#random.below(memory.length - 256);
    for (let i = 0; i < 256; i++) {
      memory[start + i] = this.#random.below(256);
    }
  }

  /** Any register, or none, of any width, with any value. */
  #poke(): void {
    const random = this.#random;
    const length = random.of([8, 8, 8, 4, 2, 1]);
    const reach = random.of([0x78, 0x78, 0x78, 0x78, 0x1000, HOST_STRIDE]);
    const offset = Math.floor(random.below(reach) / length) * length;
    const bytes = Uint8Array.from({ length }, () => random.below(256));
    if (length === 8 && random.below(2) === 0) {
      new DataView(bytes.buffer).setBigUint64(0, BigInt(this.#address()));
    }
    const at = this.context.number * HOST_STRIDE + offset;
    this.#bench.writeWindow(at, bytes);
    this.#bench.readWindow(at, length);
  }

  #address(): number | bigint {
    const { base, memory } = this.#lair;
    const random = this.#random;
    return random.of([
      () => base + random.below(memory.length),
      () => base + random.below(memory.length / 64) * 64,
      () => base + memory.length - random.below(256),
      () => random.wide(),
      () => random.below(64),
    ])();
  }

  /** A request that could be done, and half of the time something about it that cannot. */
  #request(): void {
    const random = this.#random;
    const { base, memory } = this.#lair;
    const isWrite = random.below(2) === 0;
    const cdb = new Uint8Array(16);
    const view = new DataView(cdb.buffer);
    view.setUint8(
      0,
      this.#or(isWrite ? 0x8a : 0x88, () => random.of([0x93, 0x42, random.below(256)])),
    );
    view.setUint8(
      1,
      this.#or(0, () => random.below(256)),
    );
    view.setBigUint64(
      2,
      this.#or(BigInt(random.below(1000)), () => random.wide()),
    );
    view.setUint32(
      10,
      this.#or(1, () => random.of([0, 2, 17, random.below(5000), random.below(2 ** 32)])),
    );
    const last = memory.length / 16 - 4;
    const at = 16 * this.#or(random.below(last - 4), () => last);
    SislIoarcb.encode(
      {
        ctx_id: this.#or(this.context.number, () => random.of([0, random.below(65_536)])),
        req_flags: this.#or(isWrite ? 0x8001 : 0x8000, () => random.below(65_536)),
        res_hndl: this.#or(0, () => random.of([1, random.below(300), random.below(2 ** 32)])),
        lun_id: random.wide(),
        data_len: this.#or(4096, () => random.of([8192, 65_536, random.below(2 ** 32)])),
        ioadl_len: this.#or(0, () => random.below(100)),
        data_ea: this.#or(BigInt(base + 16 * random.below(memory.length / 16 - 256)), () =>
          BigInt(this.#address()),
        ),
        msi: random.below(6),
        rrq: this.#or(0, () => random.below(256)),
        timeout: this.#or(0, () => random.below(65_536)),
        cdb,
      },
      memory,
      at,
    );
    // Mostly once; more often than there is room for; or something else instead.
    for (let i = random.of([1, 1, 1, 1, 1, 1, 2, 65]); i > 0; i--) {
      this.#set(HostRegister.IOARRIN, BigInt(base + at));
    }
    if (random.below(20) === 0) {
      this.#set(HostRegister.IOARRIN, BigInt(this.#address()));
    }
  }

  /** What is right, most of the time. */
  #or<T>(right: T, wrong: () => T): T {
    return this.#random.below(20) === 0 ? wrong() : right;
  }

  async #changeHandles(): Promise<void> {
    const { parent } = this.#bench;
    const resource = this.#resources.pop();
    if (resource !== undefined && this.#random.below(3) === 0) {
      const released = this.context.release(resource);
      this.#bench.clock.advance(100);
      await released;
      return;
    }
    if (resource !== undefined) {
      this.#resources.push(resource);
    }
    try {
      this.#resources.push(this.context.open(parent.disk(this.#random.below(3))));
    } catch {
      // Not its disk, or no entry left.
    }
  }

  async #read(): Promise<void> {
    const length = this.#random.of([CXL_READ_MIN_SIZE, 100]);
    const fails = this.#random.below(4) === 0;
    const copy = (): void => {
      if (fails) {
        throw new Error('no memory there');
      }
    };
    try {
      await this.context.events.read({ length, copy }, true);
      this.record.events += 1;
    } catch {
      // Nothing to read, or no room.
    }
  }

  /** Goes, and comes again. */
  async #rise(): Promise<void> {
    const { state, interrupts } = this.context.afu;
    if (state === 'halted') {
      this.record.halts += 1;
      this.record.status |= interrupts.status;
    }
    if (state !== 'working' || this.#random.below(20) === 0) {
      await this.end();
      // Contexts that hang keep their numbers.
      while (this.#bench.slice.used === this.#bench.slice.size) {
        this.#bench.stores[this.#options.lun]?.letGo();
        await Promise.resolve();
      }
      this.#attach();
    }
  }

  #set(register: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value));
    this.#bench.writeWindow(this.context.number * HOST_STRIDE + register, bytes);
  }
}
