import {
  bindIrqs,
  defineDriver,
  irqCallback,
  ManualClock,
  MdevHost,
  registerLayout,
  registerRegion,
  type Clock,
  type Device,
  type DeviceEvents,
  type Dma,
  type Irqs,
} from '@mdevkit/core';
import { FaultInjector } from './fault-injector.js';
import type { FaultRule } from './plan.js';

export const layout = registerLayout('bench', 0x20, [
  { name: 'VALUE', offset: 0, width: 4, access: 'rw' },
  { name: 'DOOR', offset: 4, width: 4, access: 'rw' },
]);
export const VALUE = layout.offsetOf('VALUE');
export const DOOR = layout.offsetOf('DOOR');
export const VECTORS = 0;
export const LINE = 1;
export const SIZE = 0x2000;

interface Services {
  readonly dma: Dma;
  readonly irqs: Irqs;
  readonly events: DeviceEvents;
  readonly clock: Clock;
}

/** What happened to the models of one bench: hooks that were called, in order. */
type Notes = string[];

function benchDriver(notes: Notes, made: (services: Services) => void) {
  return defineDriver({
    name: 'bench',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }, { id: 'two' }],
    parents: [{ name: 'bench0', capacity: 4 }],
    model: (services) => {
      made(services);
      const note = (what: string) => () => void notes.push(what);
      return {
        deviceApi: 'vfio-platform',
        regions: [
          registerRegion(
            'registers',
            layout.instantiate({ DOOR: { write: (value) => void notes.push(`door ${value}`) } }),
          ),
        ],
        irqs: [
          { kind: 'message', name: 'vectors', count: 2, resizable: false },
          { kind: 'level', name: 'line', count: 1 },
        ],
        open: note('open'),
        close: note('close'),
        reset: note('reset'),
        drainPasid: note('drain'),
        quiesce: (cause) => void notes.push(`quiesce ${cause}`),
        resume: note('resume'),
      };
    },
  });
}

/** One mdev in a host with a plan, its services in the hands of the test, and its client's memory at IOVA 0. */
export class FaultBench implements AsyncDisposable {
  readonly injector: FaultInjector;
  readonly clock = new ManualClock();
  readonly notes: Notes = [];
  readonly memory = new Uint8Array(SIZE);
  readonly host: MdevHost;
  /** Interrupts that arrived: `0.1` is vector 1, `1.0` the line. */
  readonly rung: string[] = [];
  #services: Services | undefined;
  #device: Device | undefined;

  /** Not `interposed`, the injector stands beside and hears nothing. */
  constructor(
    rules: readonly FaultRule[],
    seed = 1,
    interposed = true,
    injector = new FaultInjector({ seed, rules }),
  ) {
    this.injector = injector;
    const interposers = interposed ? [this.injector] : [];
    this.host = new MdevHost({ clock: this.clock, interposers });
  }

  /** With an mdev that is open, its memory mapped. */
  static async open(...rules: readonly FaultRule[]): Promise<FaultBench> {
    const bench = new FaultBench(rules);
    try {
      await bench.create();
      await bench.open();
      await bench.device.dmaMap({ iova: 0, memory: bench.memory });
      return bench;
    } catch (error) {
      await bench[Symbol.asyncDispose]();
      throw error;
    }
  }

  get device(): Device {
    return defined(this.#device);
  }

  /** Of the last model that was made. */
  get model(): Services {
    return defined(this.#services);
  }

  get faults(): readonly string[] {
    return this.injector.log.map(({ rule, at, nth, did }) => `${rule} ${at} ${nth} ${did.fault}`);
  }

  async create(type = 'bench-one'): Promise<string> {
    if (this.host.parents.length === 0) {
      await this.host.load(
        benchDriver(this.notes, (services) => {
          this.#services = services;
        }),
      );
    }
    const { uuid } = await this.host.create({ parent: 'bench0', type });
    return uuid;
  }

  async open(uuid = this.host.mdevs[0]?.uuid ?? ''): Promise<Device> {
    this.#device = await this.host.open(uuid);
    return this.#device;
  }

  /** Binds both vectors, or the line. */
  async bind(index = VECTORS): Promise<void> {
    const count = index === VECTORS ? 2 : 1;
    await bindIrqs(
      this.device,
      index,
      Array.from({ length: count }, (_, n) =>
        irqCallback(() => {
          this.rung.push(`${index}.${n}`);
        }),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device?.close();
    await this.host.close();
  }
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the bench has none yet');
  }
  return value;
}

/** `from`, `from` + 1, … */
export function counting(length: number, from = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => from + n);
}

/** How many bits differ. */
export function bitsBetween(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, byte, n) => {
    let difference = byte ^ (other[n] ?? 0);
    let bits = 0;
    for (; difference !== 0; difference &= difference - 1) {
      bits += 1;
    }
    return sum + bits;
  }, 0);
}
