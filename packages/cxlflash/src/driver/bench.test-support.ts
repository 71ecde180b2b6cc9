import {
  AddressSpace,
  DmaPort,
  ManualClock,
  silentLogger,
  type ControlClientIdentity,
  type Logger,
} from '@mdevkit/core';
import { CXL_READ_MIN_SIZE } from '@mdevkit/uapi';
import { FlashEvent, type FlashEventValue } from '../abi/index.js';
import { HostWindows, ResourceLookup } from './afu/index.js';
import { FlashSlice, type FlashContext } from './context/index.js';
import { HeldStore } from './held-store.test-support.js';
import { FlashParent } from './parent/index.js';
import { PART, RawContext, type RawOptions } from './raw-context.test-support.js';

/** Blocks of each disk of a bench. */
export const BLOCKS = 1024;

export interface BenchOptions {
  readonly contexts?: number;
  readonly disks?: number;
  readonly ports?: number;
  readonly drainMs?: number;
  /** Resource tables that can be mapped; any number by default. */
  readonly tableLimit?: number;
  /** Steps of mapping a resource table, and of unmapping it. */
  readonly tableStep?: (step: string) => void;
  readonly logger?: Logger;
  /** Address spaces by PASID, beside that of the device. */
  readonly spaces?: ReadonlyMap<number, AddressSpace>;
}

const ignored = { report: (): void => undefined };

/** An event, as its reader sees it. */
export interface SeenEvent {
  readonly type: number;
  readonly element: number;
  readonly body: Uint8Array;
}

/** A slice made by hand, with its client's memory and the client's side of its windows. */
export class Bench {
  readonly base = 0x10_0000;
  readonly memory = new Uint8Array(0x80_0000);
  readonly space = new AddressSpace();
  readonly tables: AddressSpace;
  readonly clock = new ManualClock();
  readonly client: ControlClientIdentity = { id: 1 };
  readonly stores: readonly HeldStore[];
  readonly parent: FlashParent;
  readonly dma: DmaPort;
  readonly slice: FlashSlice;
  readonly windows: HostWindows;
  #parts = 0;

  constructor(options: BenchOptions = {}) {
    const { contexts = 8, disks = 2, ports = 2, drainMs = 100, spaces, tableLimit } = options;
    const { tableStep: checkpoint, logger = silentLogger } = options;
    this.tables = new AddressSpace({ mapLimit: tableLimit, ...(checkpoint && { checkpoint }) });
    this.space.map({ iova: this.base, memory: this.memory });
    this.dma = new DmaPort(ignored, {
      target: (pasid) => {
        const space = spaces?.get(pasid);
        return space && { pasid, space };
      },
    });
    this.dma.retarget({ pasid: 1, space: this.space });
    this.stores = Array.from({ length: disks }, () => new HeldStore(BLOCKS));
    this.parent = new FlashParent({ disks: this.stores.map((store) => ({ store })), ports });
    this.slice = new FlashSlice(
      {
        parent: this.parent,
        clock: this.clock,
        logger,
        dma: this.dma,
        tables: this.tables,
        lookup: new ResourceLookup(DmaPort.onto(this.tables, ignored)),
        commandTimeoutMs: 1000,
        drainMs,
      },
      contexts,
    );
    this.windows = new HostWindows(
      (number) => this.slice.afuAt(number),
      () => void this.slice.endAll(),
    );
  }

  get store(): HeldStore {
    const [store] = this.stores;
    if (store === undefined) {
      throw new RangeError('no disk');
    }
    return store;
  }

  /** Where a part of the memory begins that nobody else has. */
  takePart(): number {
    this.#parts += 1;
    return this.base + (this.#parts - 1) * PART;
  }

  attach(options: RawOptions = {}): RawContext {
    return new RawContext(this, options);
  }

  /** A context that is brought up and has handle 0 of disk 0. */
  working(options: RawOptions = {}): RawContext {
    const raw = this.attach(options).bringUp();
    raw.open(options.lun);
    return raw;
  }

  readWindow(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.windows.read(offset, new DataView(bytes.buffer), 0, length);
    return bytes;
  }

  writeWindow(offset: number, bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.windows.write(offset, view, 0, bytes.length);
  }

  /** Ends everything, so that nothing is left behind by a test. */
  async end(...contexts: readonly FlashContext[]): Promise<void> {
    for (const store of this.stores) {
      store.letGo();
    }
    await this.slice.endAll();
    await Promise.all(contexts.map((context) => context.events.free()));
    this.parent[Symbol.dispose]();
  }
}

/** Reads one event of a context; throws what a non-blocking read throws. */
export async function readEvent(context: FlashContext): Promise<SeenEvent> {
  let seen: Uint8Array = new Uint8Array(0);
  const target = {
    length: CXL_READ_MIN_SIZE,
    copy: (header: Uint8Array, data: Uint8Array): void => {
      seen = Uint8Array.from([...header, ...data]);
    },
  };
  await context.events.read(target, true);
  const view = new DataView(seen.buffer);
  return { type: view.getUint16(0, true), element: view.getUint16(4, true), body: seen.slice(8) };
}

/** All events that there are. */
export async function readEvents(context: FlashContext): Promise<SeenEvent[]> {
  const events: SeenEvent[] = [];
  while ((context.events.poll() & 1) !== 0) {
    events.push(await readEvent(context));
  }
  return events;
}

/** The driver's events among them. */
export async function readNews(context: FlashContext): Promise<FlashEventValue[]> {
  const events = await readEvents(context);
  return events.filter(({ type }) => type === 4).map(({ body }) => FlashEvent.decode(body));
}
