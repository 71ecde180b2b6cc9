import {
  defineDriver,
  DeviceMemory,
  type Clock,
  type DeviceModel,
  type ModelServices,
  type QuiesceCause,
} from '@mdevkit/core';
import { PciFunction } from '@mdevkit/pci';
import {
  PROBE_LONGEST_COPY,
  PROBE_VECTORS,
  probeCommand,
  probeLayout,
  probeRegisters,
  probeStatus,
} from './probe-layout.js';

/** What a test decides of its probes. */
export interface ProbeOptions {
  /** Milliseconds until a probe that is asked to become quiet is so. It is never asked without it. */
  readonly quiesceMs?: number;
  /** Told each time that a probe is asked, and with `undefined` when it may go on. */
  readonly onQuiesce?: (cause: QuiesceCause | undefined) => void;
}

/** Up to 16 probes; type `probe-one`. */
export function probeDriver(options: ProbeOptions = {}): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'probe',
    deviceApi: 'vfio-pci',
    types: [{ id: 'one' }],
    parents: [{ name: 'probe0', capacity: 16 }],
    model: (services) =>
      options.quiesceMs === undefined
        ? new Probe(services)
        : new SlowProbe(services, options.quiesceMs, options.onQuiesce ?? (() => undefined)),
  });
}

/** A function that does at a register's word all that a device can do: interrupt, and copy guest memory. */
class Probe implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly #pci: PciFunction;
  readonly #registers;
  /** Counts the resets: what was begun before one does not end after it. */
  #epoch = 0;

  constructor(services: ModelServices, quiet: Pick<DeviceModel, 'quiesce' | 'resume'> = {}) {
    const id = Number.parseInt(services.identity.uuid.slice(0, 8), 16);
    this.#registers = probeRegisters.instantiate({
      ID: { read: () => id },
      DOORBELL: { write: (vector) => this.#ring(vector) },
      LOWER: { write: () => this.#pci.clearInterrupt() },
      COMMAND: { write: (command) => this.#start(command) },
    });
    const memory = new DeviceMemory(0x1_0000);
    this.#pci = new PciFunction(probeLayout, {
      irqs: services.irqs,
      dma: services.dma,
      bars: {
        0: [{ kind: 'trapped', offset: 0, size: this.#registers.size, handler: this.#registers }],
        2: [{ kind: 'memory', offset: 0, memory }],
      },
      onFunctionLevelReset: () => this.reset(),
      ...quiet,
    });
    this.regions = this.#pci.regions;
    this.irqs = this.#pci.irqs;
  }

  reset(): void {
    this.#epoch += 1;
  }

  #ring(vector: number): void {
    if (vector < PROBE_VECTORS) {
      this.#pci.interrupt(vector);
    }
  }

  #start(command: number): void {
    const length = this.#registers.get('LENGTH');
    if (length > PROBE_LONGEST_COPY) {
      this.#finish(probeStatus.fault);
    } else if (command === probeCommand.copyNow) {
      this.#copyNow(new Uint8Array(length));
    } else if (command === probeCommand.copyLater) {
      this.#registers.set('STATUS', probeStatus.busy);
      // Never rejects, and nobody waits for it: the access that started it must be answered first.
      void this.#copyLater(new Uint8Array(length), this.#epoch);
    }
  }

  #copyNow(bytes: Uint8Array): void {
    try {
      this.#pci.dma.read(this.#registers.get('SOURCE'), bytes);
      this.#pci.dma.write(this.#registers.get('TARGET'), bytes);
      this.#finish(probeStatus.done);
    } catch {
      this.#finish(probeStatus.fault);
    }
  }

  async #copyLater(bytes: Uint8Array, epoch: number): Promise<void> {
    let status: number = probeStatus.done;
    // The next copy may be asked for before this one has ended.
    const target = this.#registers.get('TARGET');
    try {
      await this.#pci.dma.fetch(this.#registers.get('SOURCE'), bytes);
      await this.#pci.dma.store(target, bytes);
    } catch {
      status = probeStatus.fault;
    }
    if (epoch === this.#epoch) {
      this.#finish(status);
    }
  }

  #finish(status: number): void {
    this.#registers.set('STATUS', status);
    this.#pci.interrupt(0);
  }
}

/** A probe that takes its time to become quiet, each time that it is asked. */
class SlowProbe extends Probe {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #told: (cause: QuiesceCause | undefined) => void;

  constructor(
    services: ModelServices,
    quiesceMs: number,
    told: (cause: QuiesceCause | undefined) => void,
  ) {
    super(services, {
      quiesce: (cause) => this.quiesce(cause),
      resume: () => this.resume(),
    });
    this.#clock = services.clock;
    this.#ms = quiesceMs;
    this.#told = told;
  }

  quiesce(cause: QuiesceCause): Promise<void> {
    this.#told(cause);
    return new Promise((resolve) => {
      this.#clock.schedule(this.#ms, resolve);
    });
  }

  resume(): void {
    this.#told(undefined);
  }
}
