import {
  absent,
  defineDriver,
  DeviceMemory,
  MdevHost,
  Region,
  registerLayout,
  type Clock,
  type DeviceModel,
  type Dma,
  type FeatureHandler,
  type MdevHostOptions,
  type ModelServices,
} from '@mdevkit/core';
import type { Defect } from './defects.test-support.js';
import { SpecimenMigration } from './migration.test-support.js';
import { Slip, Slips } from './slips.test-support.js';

export const specimenLayout = registerLayout('specimen', 0x40, [
  { name: 'ID', offset: 0x00, width: 4, access: 'ro', reset: 0x5bec },
  { name: 'VALUE', offset: 0x04, width: 4, access: 'rw', reset: 7 },
  { name: 'ADDRESS', offset: 0x08, width: 4, access: 'rw' },
  { name: 'COUNT', offset: 0x0c, width: 4, access: 'ro' },
  {
    name: 'BELL',
    offset: 0x10,
    width: 4,
    access: 'wo',
    description: 'fires vector n, and writes VALUE',
  },
  { name: 'LATE', offset: 0x14, width: 4, access: 'wo', description: 'the same in 10 ms' },
  { name: 'SUM', offset: 0x18, width: 4, access: 'ro', description: 'VALUE and COUNT' },
]);

const VECTORS = 4;
const LATE_MS = 10;
/** No address that a client of the kit is likely to write there. */
const FAR_PAGE = 0x5000;
/** What all mdevs of a broken driver share. */
const shared = { value: 0, mode: 7 };

/** A driver that does everything that the contract knows, and one thing wrong if it is asked to. */
export class Specimen implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly memory = new DeviceMemory(0x2000);
  readonly registers = specimenLayout.instantiate({
    VALUE: { write: (value) => (this.#has('shared-state') ? (shared.value = value) : undefined) },
    BELL: { write: (vector) => this.#ring(vector) },
    LATE: { write: (vector) => this.#ringLater(vector) },
    SUM: { read: () => this.#sum() },
  });
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly features: readonly FeatureHandler[];
  readonly migration: SpecimenMigration;
  readonly objects: NonNullable<DeviceModel['objects']>;
  readonly #services: ModelServices;
  readonly #defect: Defect | undefined;
  #late = new Set<Disposable>();
  #view: Uint8Array | undefined;

  constructor(services: ModelServices, defect: Defect | undefined) {
    this.#services = services;
    this.#defect = defect;
    this.migration = new SpecimenMigration(this.registers, this.memory, defect);
    this.regions = [this.#registerRegion(), this.#memoryRegion(), undefined, absent];
    this.irqs = [
      {
        kind: 'message',
        name: 'bells',
        count: VECTORS,
        resizable: false,
        available: () => (this.#has('few-vectors') ? 2 : VECTORS),
      },
      { kind: 'level', name: 'line', count: 1 },
      { kind: 'signal', name: 'error', count: 1 },
    ];
    this.features = [this.#feature()];
    this.objects = [new Slips(defect).implementation];
  }

  reset(): void {
    this.migration.reset();
    if (!this.#has('reset-keeps-timers')) {
      this.#cancel();
    }
    if (this.#has('reset-keeps-value')) {
      this.registers.set('VALUE', this.#last);
    }
  }

  close(): void {
    if (!this.#has('close-keeps-timers')) {
      this.#cancel();
    }
  }

  drainPasid(): Promise<void> {
    return this.#has('drain-hangs') ? new Promise<void>(() => undefined) : Promise.resolve();
  }

  quiesce(): Promise<void> {
    return this.#has('quiesce-hangs') ? new Promise<void>(() => undefined) : Promise.resolve();
  }

  resume(): void {
    // It has nothing to go on with.
  }

  #last = 0;

  #has(defect: Defect): boolean {
    return this.#defect === defect;
  }

  #ring(vector: number): void {
    this.#last = this.registers.get('VALUE');
    if (!this.migration.running && !this.#has('runs-while-stopped')) {
      return;
    }
    if (this.#has('hook-throws') && vector > 0xffff) {
      throw new TypeError('a hook that throws');
    }
    this.registers.set('COUNT', (this.registers.get('COUNT') + 1) >>> 0);
    this.#store();
    if (vector < VECTORS) {
      this.#services.irqs.trigger(0, vector);
    }
    this.#services.irqs.trigger(1);
  }

  /** Memory that is not there is the client's fault, of which the core has told it. */
  #store(): void {
    const bytes = Uint8Array.of(this.registers.get('VALUE') & 0xff);
    const address = this.registers.get('ADDRESS');
    try {
      if (this.#has('keeps-view') || this.#has('dirty-unmarked')) {
        this.#view ??= this.#dma().view(this.#has('keeps-view') ? 0 : FAR_PAGE, 64, 'write');
        this.#view[0] = (this.#view[0] ?? 0) + 1;
      }
      if (this.#has('writes-read-only')) {
        this.#dma().view(0, 64, 'read').fill(0xee);
      }
      this.#dma().write(address, bytes);
    } catch {
      this.#services.logger.debug('nothing is mapped there');
    }
  }

  #dma(): Dma {
    return this.#services.dma;
  }

  #ringLater(vector: number): void {
    const clock: Clock = this.#services.clock;
    const timer = clock.schedule(LATE_MS, () => {
      this.#late.delete(timer);
      this.#ring(vector);
    });
    this.#late.add(timer);
  }

  #cancel(): void {
    for (const timer of this.#late) {
      timer[Symbol.dispose]();
    }
    this.#late = new Set();
  }

  #sum(): number {
    const sum = this.registers.get('VALUE') + this.registers.get('COUNT') + shared.value;
    return sum >>> 0;
  }

  #registerRegion(): Region {
    const { registers } = this;
    const has = this.#has.bind(this);
    return new Region({
      name: 'registers',
      size: specimenLayout.size,
      ranges: [
        {
          kind: 'trapped',
          offset: 0,
          size: specimenLayout.size,
          handler: {
            read: (offset, data, at, length) => {
              if (has('read-hangs') && offset === 0x18) {
                return new Promise<number>(() => undefined);
              }
              if (has('bytes-swapped') && length === 1) {
                return registers.read(offset ^ 1, data, at, length);
              }
              if (has('unfilled') && offset === 0) {
                return length;
              }
              if (has('read-moves') && offset === 0) {
                registers.set('ADDRESS', registers.get('ADDRESS') + 1);
              }
              registers.read(offset, data, has('ignores-window') ? 0 : at, length);
              return has('wrong-count')
                ? length + 1
                : has('short-count') && length > 2
                  ? 2
                  : length;
            },
            registerAt: (offset) => registers.registerAt(offset),
            write: (offset, data, at, length) => {
              if (has('write-clears') && length < 4 && offset >> 2 === 2) {
                registers.set('ADDRESS', 0);
              }
              const count = registers.write(offset, data, at, length);
              if (has('changes-buffer')) {
                data.setUint8(at, 0x77);
              }
              return count;
            },
            reset: () => {
              if (!has('open-keeps-registers')) {
                registers.reset();
              }
            },
          },
        },
      ],
    });
  }

  #memoryRegion(): Region {
    const { memory } = this;
    const preserved = new DeviceMemory(memory.size, { preserve: true });
    return new Region({
      name: 'memory',
      size: 0x3000,
      ranges: [
        {
          kind: 'memory',
          offset: 0x1000,
          memory: this.#has('memory-kept') ? preserved : memory,
          mmap: true,
        },
      ],
    });
  }

  /** Gets and sets VALUE. */
  #feature(): FeatureHandler {
    const { registers } = this;
    let kept = 7;
    return {
      id: 20,
      name: 'VALUE',
      payloadSize: 4,
      get: () => {
        if (this.#has('feature-changes')) {
          registers.set('VALUE', registers.get('VALUE') + 1);
        }
        const bytes = new Uint8Array(this.#has('feature-size') ? 5 : 4);
        const other = this.#has('mode-shared') ? shared.mode : kept;
        const isOther = this.#has('mode-shared') || this.#has('mode-kept');
        const value = isOther ? other : registers.get('VALUE');
        new DataView(bytes.buffer).setUint32(0, value, true);
        return bytes;
      },
      set: (payload) => {
        if (this.#has('feature-throws') && payload[0] === 0xff) {
          throw new RangeError('a feature that throws');
        }
        kept = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
        shared.mode = kept;
        registers.set('VALUE', kept);
      },
    };
  }
}

export function specimenHost(defect?: Defect) {
  return async (options: MdevHostOptions): Promise<MdevHost> => {
    shared.value = 0;
    shared.mode = 7;
    const host = new MdevHost(options);
    await host.load(
      defineDriver({
        name: 'specimen',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'specimen0', capacity: 4 }],
        objects: [Slip],
        model: (services) => new Specimen(services, defect),
      }),
    );
    return host;
  };
}
