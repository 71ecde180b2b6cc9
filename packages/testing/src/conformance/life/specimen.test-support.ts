import {
  bindIrqs,
  defineDriver,
  DeviceMemory,
  irqCallback,
  MdevError,
  MdevHost,
  read32,
  Region,
  registerLayout,
  toDisposable,
  write32,
  type Device,
  type DeviceModel,
  type ModelServices,
} from '@mdevkit/core';
import { expect } from 'chai';
import type { ConformanceOptions, MakeHost } from '../make-host.js';

/** Mistakes that authors of drivers make; the specimen makes those that it is told to. */
export type Defect =
  | 'keeps-mode'
  | 'keeps-memory'
  | 'keeps-timer'
  | 'works-on-after-close'
  | 'works-on-after-reset'
  | 'reports-after-close'
  | 'reports-hangup'
  | 'close-hangs'
  | 'close-throws'
  | 'throws-plain'
  | 'timer-throws'
  | 'rejects-unheard'
  | 'own-timer'
  | 'leaks-at-open'
  | 'leaks-at-dispose'
  | 'shares-mode'
  | 'shares-memory'
  | 'shares-between-hosts'
  | 'rings-neighbour'
  | 'quiesce-ignored'
  | 'quiesce-hangs'
  | 'resume-missing'
  | 'listens-to-process'
  | 'works-when-made'
  | 'works-when-opened'
  | 'logs-errors'
  | 'fills-log'
  | 'faults-thrown'
  | 'finishes-at-close'
  | 'drops-held-work'
  | 'rings-beyond'
  | 'rings-when-removed'
  | 'resets-neighbours'
  | 'shows-own-time';

const layout = registerLayout('engine', 0x40, [
  { name: 'MODE', offset: 0x00, width: 4, access: 'rw' },
  { name: 'SCRATCH', offset: 0x04, width: 4, access: 'rw', reset: 7 },
  { name: 'JOB', offset: 0x08, width: 4, access: 'rw' },
  { name: 'DOORBELL', offset: 0x0c, width: 4, access: 'wo' },
  { name: 'DONE', offset: 0x10, width: 4, access: 'ro' },
  { name: 'FAILED', offset: 0x14, width: 4, access: 'ro' },
]);

const JOB_MS = 5;
const JOB_BYTES = 64;

interface Shared {
  mode: number;
  readonly memory: DeviceMemory;
  readonly engines: Set<Engine>;
}

/** Copies 64 bytes for each ring of its doorbell, some time later, and interrupts. Well-behaved without defects. */
class Engine implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [{ kind: 'message', name: 'done', count: 1, resizable: false }] as const;
  readonly #services: ModelServices;
  readonly #defects: ReadonlySet<Defect>;
  readonly #shared: Shared;
  #mode = 0;
  #jobs = 0;
  #timer: Disposable | undefined;
  #isQuiet = false;
  readonly #registers = layout.instantiate({
    MODE: {
      read: () => (this.#has('shares-mode') ? this.#shared.mode : this.#mode),
      write: (value) => {
        this.#setMode(value);
      },
    },
    DOORBELL: {
      write: () => {
        this.#ring();
      },
    },
  });
  readonly regions: readonly Region[];

  constructor(services: ModelServices, defects: ReadonlySet<Defect>, shared: Shared) {
    this.#services = services;
    this.#defects = defects;
    this.#shared = shared;
    const own = new DeviceMemory(0x1000);
    const memory = this.#has('shares-memory') ? shared.memory : own;
    const { size } = layout;
    const registers = { kind: 'trapped', offset: 0, size, handler: this.#registers } as const;
    const kept = this.#has('keeps-memory') ? { reset: () => undefined } : {};
    this.regions = [
      new Region({ name: 'registers', size, ranges: [registers] }),
      new Region({
        name: 'memory',
        size: 0x1000,
        ranges: [{ kind: 'memory', offset: 0, memory: Object.assign(memory, kept), mmap: true }],
      }),
    ];
    shared.engines.add(this);
    if (this.#has('works-when-made')) {
      services.clock.schedule(10, () => undefined);
    }
    if (this.#has('listens-to-process')) {
      process.on('SIGUSR2', () => undefined);
    }
  }

  open(): void {
    if (this.#has('leaks-at-open')) {
      toDisposable(() => undefined);
    }
    if (this.#has('works-when-opened')) {
      this.#services.irqs.trigger(0);
    }
    if (this.#has('logs-errors')) {
      this.#services.logger.error('the engine is open');
    }
  }

  close(): Promise<void> | undefined {
    if (this.#has('works-on-after-close')) {
      return undefined;
    }
    if (this.#has('finishes-at-close') && this.#jobs > 0) {
      this.#finish();
    }
    this.#abandon();
    if (this.#has('reports-after-close')) {
      queueMicrotask(() => {
        setImmediate(() => {
          this.#services.events.report({ kind: 'error', message: 'closed' });
        });
      });
    }
    if (this.#has('keeps-timer')) {
      this.#services.clock.schedule(1000, () => undefined);
    }
    if (this.#has('close-throws')) {
      throw new TypeError('the engine cannot be closed');
    }
    return this.#has('close-hangs') ? new Promise(() => undefined) : undefined;
  }

  reset(): void {
    if (!this.#has('works-on-after-reset')) {
      this.#abandon();
    }
    if (this.#has('resets-neighbours')) {
      this.#shared.engines.forEach((engine) => {
        engine.forget();
      });
    }
    if (!this.#has('keeps-mode')) {
      this.#mode = 0;
      this.#shared.mode = 0;
    }
  }

  quiesce(): Promise<void> | undefined {
    if (this.#has('quiesce-hangs')) {
      return new Promise(() => undefined);
    }
    if (!this.#has('quiesce-ignored')) {
      this.#isQuiet = true;
      this.#stop();
    }
    return undefined;
  }

  resume(): void {
    if (!this.#has('resume-missing')) {
      this.#isQuiet = false;
      this.#jobs = this.#has('drops-held-work') ? 0 : this.#jobs;
      this.#start();
    }
  }

  [Symbol.dispose](): void {
    this.#shared.engines.delete(this);
    if (this.#has('rings-when-removed')) {
      this.interrupt();
    }
    if (this.#has('leaks-at-dispose')) {
      toDisposable(() => undefined);
    }
  }

  /** For neighbours that are not right. */
  forget(): void {
    this.#registers.set('SCRATCH', 0);
  }

  interrupt(): void {
    this.#services.irqs.trigger(0);
  }

  #has(defect: Defect): boolean {
    return this.#defects.has(defect);
  }

  #setMode(value: number): void {
    this.#mode = value;
    this.#shared.mode = value;
    if (this.#has('shows-own-time')) {
      this.#registers.set('FAILED', Math.floor(performance.now() * 1000) % 2 ** 32);
    }
    if (this.#has('throws-plain') && value !== 0) {
      throw new TypeError('the mode has no name');
    }
    if (this.#has('rejects-unheard')) {
      void Promise.reject(new Error('nobody waits for the mode'));
    }
    if (this.#has('fills-log')) {
      for (let line = 0; line < 50; line++) {
        this.#services.logger.warn('a mode');
      }
    }
    if (this.#has('reports-hangup')) {
      this.#services.events.report({ kind: 'lost', count: 1 });
    }
  }

  #ring(): void {
    this.#jobs = Math.min(this.#jobs + 1, 16);
    if (this.#has('own-timer')) {
      clearTimeout(setTimeout(() => undefined, 1));
    }
    if (this.#has('rings-neighbour')) {
      this.#shared.engines.forEach((engine) => {
        engine.interrupt();
      });
    }
    this.#start();
  }

  #start(): void {
    if (this.#jobs > 0 && !this.#isQuiet) {
      this.#timer ??= this.#services.clock.schedule(JOB_MS, () => {
        this.#timer = undefined;
        this.#finish();
      });
    }
  }

  #finish(): void {
    this.#jobs -= 1;
    if (this.#has('timer-throws')) {
      throw new RangeError('the job is out of range');
    }
    try {
      const { dma } = this.#services;
      dma.copy(this.#registers.get('JOB') + 0x1000, this.#registers.get('JOB'), JOB_BYTES);
      this.#registers.set('DONE', this.#registers.get('DONE') + 1);
    } catch (error) {
      if (!MdevError.is(error) || this.#has('faults-thrown')) {
        throw error;
      }
      this.#registers.set('FAILED', this.#registers.get('FAILED') + 1);
    }
    this.#services.irqs.trigger(0, this.#has('rings-beyond') ? 1 : 0);
    this.#start();
  }

  #stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #abandon(): void {
    this.#jobs = 0;
    this.#isQuiet = false;
    this.#stop();
  }
}

/** Makes hosts with engines that have these defects. */
export function engineHosts(...defects: readonly Defect[]): MakeHost {
  const set = new Set(defects);
  const between: Shared = { mode: 0, memory: new DeviceMemory(0x1000), engines: new Set() };
  return async (options) => {
    const fresh: Shared = { mode: 0, memory: new DeviceMemory(0x1000), engines: new Set() };
    const shared = set.has('shares-between-hosts') ? between : fresh;
    const kinds = set.has('shares-between-hosts') ? new Set<Defect>([...set, 'shares-mode']) : set;
    const host = new MdevHost(options);
    await host.load(
      defineDriver({
        name: 'test-engine',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'engine0', capacity: 4 }],
        model: (services) => new Engine(services, kinds, shared),
      }),
    );
    return host;
  };
}

/** What an engine does for its client. */
export const engineWork: ConformanceOptions = {
  work: async (device: Device, advance) => {
    const memory = Uint8Array.from({ length: 0x2000 }, (_, index) => (index < 0x1000 ? 1 : 0));
    await device.dmaMap({ iova: 0x10000, memory });
    await bindIrqs(device, 0, [irqCallback(() => undefined)]);
    await write32(device, 0, layout.offsetOf('JOB'), 0x10000);
    for (let job = 0; job < 3; job++) {
      await write32(device, 0, layout.offsetOf('DOORBELL'), 1);
    }
    let done = 0;
    for (let wait = 0; wait < 100 && done < 3; wait++) {
      advance(1);
      done = await read32(device, 0, layout.offsetOf('DONE'));
    }
    expect(done).to.equal(3);
    await device.dmaUnmap(0x10000, 0x2000);
  },
};
