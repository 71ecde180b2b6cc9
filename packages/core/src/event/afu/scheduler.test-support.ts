import { CXL_EVENT_AFU_DRIVER, CXL_READ_MIN_SIZE, CxlEventHeader, POLLERR } from '@mdevkit/uapi';
import { MdevError } from '../../errors/index.js';
import { silentLogger } from '../../log/index.js';
import type { ReadTarget } from '../descriptor-operations.js';
import { AfuContextEvents } from './afu-context-events.js';
import { GenericModel } from './generic-model.test-support.js';
import { Random } from './random.test-support.js';
import { ScheduledDriver } from './scheduled-driver.test-support.js';

/** What may happen in an interleaving. */
export interface Profile {
  /** Of copies to readers, percent. */
  readonly failing: number;
  readonly guarded: boolean;
  readonly starvationBound?: number;
}

interface ScheduledRead {
  readonly nonBlocking: boolean;
  /** Bytes that were copied to it. */
  copied: number | undefined;
  outcome: string | undefined;
}

const STEPS = 50;

/**
 * Lets readers, a driver, an AFU and an administrator do what they can do in an order that follows from the seed, with turns
 * of promises in between, and checks that no event is lost, none comes twice, every one ends once, poll and read agree, and
 * nobody waits for ever. Throws with the seed and what was done.
 */
export async function runInterleaving(seed: number, profile: Profile): Promise<void> {
  const interleaving = new Interleaving(seed, profile);
  await interleaving.run();
  if (interleaving.violations.length > 0) {
    throw new Error(
      `seed ${seed} (${JSON.stringify(profile)}):\n${interleaving.violations.join('\n')}\nafter ${interleaving.trace.join(', ')}`,
    );
  }
}

class Interleaving {
  readonly trace: string[] = [];
  readonly #random: Random;
  readonly #profile: Profile;
  readonly #driver: ScheduledDriver;
  readonly #context: AfuContextEvents;
  readonly #model = new GenericModel();
  readonly #reads: ScheduledRead[] = [];
  readonly #own: string[] = [];
  #ended = false;
  #closed = false;
  /** Events of the driver that readers got in a row. */
  #run = 0;

  constructor(seed: number, profile: Profile) {
    this.#random = new Random(seed);
    this.#profile = profile;
    this.#driver = new ScheduledDriver(this.#random, profile.guarded);
    const { guard } = this.#driver;
    const { starvationBound } = profile;
    this.#context = new AfuContextEvents({
      processElement: 1,
      logger: silentLogger,
      irqs: 70,
      ...(guard === undefined ? {} : { guard }),
      ...(starvationBound === undefined ? {} : { starvationBound }),
    });
    this.#context.setDriverOps(this.#driver);
  }

  get violations(): readonly string[] {
    return [...this.#own, ...this.#driver.violations];
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.#step();
      await turns(this.#random.below(4));
    }
    await this.#finish();
  }

  #step(): void {
    const random = this.#random;
    const choice = random.below(100);
    if (choice < 40) {
      void this.#read(random.chance(50), random.chance(this.#profile.failing));
    } else if (choice < 55) {
      const count = random.below(4);
      this.#note(`notify ${count}`);
      this.#expect(this.#context.notify(count) === !this.#ended, 'notify of an ended context');
    } else if (choice < 75) {
      this.#produce();
    } else if (choice < 90) {
      this.#note('answer');
      this.#driver.answer();
    } else if (choice < 95) {
      this.#note('give up');
      this.#driver.giveUp();
    } else {
      this.#administrate();
    }
  }

  #produce(): void {
    const random = this.#random;
    const value = BigInt(random.below(1000));
    const kind = random.below(3);
    this.#note(`${['irq', 'fault', 'error'][kind] ?? ''} ${value}`);
    if (kind === 0) {
      const irq = 1 + random.below(70);
      this.#context.interrupt(irq);
      if (!this.#ended) {
        this.#model.interrupt(irq);
      }
    } else if (kind === 1) {
      this.#context.fault({ address: value, dsisr: value });
      if (!this.#ended) {
        this.#model.fault(value, value);
      }
    } else {
      this.#context.afuError(value);
      if (!this.#ended) {
        this.#model.error(value);
      }
    }
  }

  #administrate(): void {
    const random = this.#random;
    if (random.chance(60)) {
      try {
        this.#context.setDriverOps(this.#driver);
        this.#note('registered');
      } catch (error) {
        this.#expect(codeOf(error) === 'EBUSY', `setDriverOps: ${codeOf(error)}`);
      }
    } else if (random.chance(25)) {
      this.#note('close');
      this.#ended = true;
      this.#closed = true;
      this.#context.closed();
    } else {
      this.#end(random.chance(50));
    }
  }

  #end(linkDown: boolean): void {
    this.#note(linkDown ? 'link down' : 'detach');
    this.#ended = true;
    if (linkDown) {
      this.#context.linkDown();
    } else {
      this.#context.detach();
    }
  }

  /** A read, as far as it goes at once; its promise, if it waits. */
  #read(nonBlocking: boolean, failing: boolean): Promise<void> | undefined {
    const read: ScheduledRead = { nonBlocking, copied: undefined, outcome: undefined };
    const mask = this.#context.poll();
    const { fetches } = this.#driver;
    this.#note(`read${nonBlocking ? ' now' : ''}${failing ? ' failing' : ''}`);
    try {
      const got = this.#context.read(this.#target(read, failing), nonBlocking);
      if (typeof got !== 'number') {
        this.#reads.push(read);
        return got.then(
          (bytes) => this.#answered(read, bytes),
          (error: unknown) => this.#failed(read, codeOf(error)),
        );
      }
      this.#answered(read, got);
    } catch (error) {
      this.#failed(read, codeOf(error));
    }
    this.#agree(mask, read.outcome ?? '', this.#driver.fetches > fetches);
    return undefined;
  }

  #target(read: ScheduledRead, failing: boolean): ReadTarget {
    return {
      length: CXL_READ_MIN_SIZE,
      copy: (header, data) => {
        this.#expect(read.copied === undefined && read.outcome === undefined, 'a second copy');
        if (failing) {
          throw new Error('copy');
        }
        read.copied = header.length + data.length;
        this.#received(Buffer.concat([header, data]));
      },
    };
  }

  #received(bytes: Uint8Array): void {
    const bound = this.#profile.starvationBound ?? Infinity;
    const { retrying } = this.#driver;
    if (CxlEventHeader.decode(bytes).type !== CXL_EVENT_AFU_DRIVER) {
      this.#expect(retrying === undefined || bound < Infinity, 'overtakes an event in flight');
      const wrong = this.#model.received(bytes);
      this.#expect(wrong === undefined, wrong ?? '');
      this.#run = 0;
      return;
    }
    const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(CxlEventHeader.size, true);
    const event = this.#driver.events[id];
    this.#expect(event?.end === undefined, `event ${id} had ended`);
    this.#expect(retrying === undefined || retrying === event, `event ${id} is not in flight`);
    this.#expect(this.#run < bound || !this.#model.pending, 'starves the others');
    this.#run += 1;
    if (event !== undefined) {
      event.received += 1;
    }
  }

  #answered(read: ScheduledRead, bytes: number): void {
    read.outcome = 'event';
    this.#expect(read.copied === bytes, `${bytes} bytes read, ${read.copied ?? 'none'} copied`);
  }

  #failed(read: ScheduledRead, code: string): void {
    read.outcome = code;
    this.#expect(read.copied === undefined, `${code} for an event that was copied`);
    const allowed =
      code === 'EFAULT' ||
      code === 'EMSGSIZE' ||
      (code === 'EAGAIN' && read.nonBlocking) ||
      (code === 'EIO' && this.#ended) ||
      (code === 'EBADF' && this.#closed);
    this.#expect(allowed, `a read fails with ${code}`);
  }

  /** An answer that came at once is what poll had said, or the driver was asked and had nothing. */
  #agree(mask: number, outcome: string, asked: boolean): void {
    const said = mask === 0 ? ['EAGAIN'] : mask === POLLERR ? ['EIO', 'EBADF'] : READ_OUTCOMES;
    const empty = asked && (outcome === 'EAGAIN' || outcome === 'EIO');
    this.#expect(said.includes(outcome) || empty, `poll said ${mask}, read ${outcome}`);
  }

  async #finish(): Promise<void> {
    this.#driver.finishing = true;
    while (this.#driver.outstanding.length > 0) {
      this.#driver.answer();
    }
    await turns(200);
    const waiting = this.#waiting();
    if (!this.#ended) {
      this.#expect(waiting === 0 || this.#context.poll() === 0, 'a read waits beside an event');
      this.#end(this.#random.chance(50));
      await turns(200);
    }
    this.#expect(this.#waiting() === 0, 'a read waits for ever');
    if (!this.#closed) {
      await this.#drain();
    }
    this.#closed = true;
    this.#context.closed();
    await this.#context.free();
    await turns(10);
    for (const { id, end, received } of this.#driver.events) {
      this.#expect(end !== undefined, `event ${id} does not end`);
      this.#expect(
        received === (end === '0' ? 1 : 0),
        `event ${id}: ${end ?? ''}, got ${received}`,
      );
    }
  }

  async #drain(): Promise<void> {
    for (let i = 0; i < 1000 && this.#context.poll() !== POLLERR; i++) {
      await this.#read(true, false);
    }
    this.#expect(this.#context.poll() === POLLERR, 'the end does not come');
    this.#expect(!this.#model.pending, 'an event is lost');
    this.#context.unsetDriverOps();
  }

  #waiting(): number {
    return this.#reads.filter(({ outcome }) => outcome === undefined).length;
  }

  #note(what: string): void {
    this.trace.push(what);
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) {
      this.#own.push(what);
    }
  }
}

const READ_OUTCOMES = ['event', 'EFAULT', 'EMSGSIZE'];

function codeOf(error: unknown): string {
  return MdevError.is(error) ? error.code : String(error);
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await Promise.resolve();
  }
}
