import {
  absent,
  ManualClock,
  silentLogger,
  type Dma,
  type Logger,
  type Region,
} from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import {
  CdatFeature,
  cdatOfMemory,
  ComplianceFeature,
  DoeFunction,
  functionCapabilities,
  functionLayout,
  MediaComplianceTarget,
  PoisonList,
  SpdmResponder,
  type DoeInstanceSpec,
  type MeasurementSource,
  type SpdmIdentity,
} from '../driver/index.js';
import { MSIX, RecordedIrqs } from '../driver/instance/function-bench.test-support.js';
import type { Random } from '../driver/instance/fuzz-clients.test-support.js';
import { measured } from './fixture.test-support.js';
import { FuzzedFeatures } from './fuzzed-features.test-support.js';

const layout = functionLayout();
/** Vendor of the features that belong to no standard. */
export const MOODY_VENDOR = 0x6d64;
const MEMORY = 2 ** 28;
const EXPECTED = ['a DOE feature failed', 'a driver refused a DOE Capability'];

/** The function of the driver, with a feature of all moods beside its own ones at each DOE Capability. */
export class FuzzedFunction implements Disposable {
  readonly clock = new ManualClock();
  readonly irqs = new RecordedIrqs();
  readonly features: FuzzedFeatures;
  readonly specs: readonly DoeInstanceSpec[];
  readonly model: DoeFunction;
  readonly #config: Region;
  readonly #data = new DataView(new ArrayBuffer(16));

  constructor(identity: SpdmIdentity, random: Random) {
    this.features = new FuzzedFeatures(random);
    this.specs = this.#declare(identity, random);
    this.irqs.active.add(MSIX);
    // DOE never touches memory.
    const dma = { pasid: 0 } as Dma;
    const { irqs, clock } = this;
    const logger = this.#logger();
    this.model = new DoeFunction({ irqs, dma, clock, logger }, layout, this.specs);
    const config = this.model.regions[VFIO_PCI_CONFIG_REGION_INDEX];
    if (config === undefined || config === absent) {
      throw new Error('no config space');
    }
    this.#config = config;
  }

  /** Up to 16 bytes; the first word of them. */
  read(offset: number, width = 4): number {
    const served = this.#config.read(offset, this.#data, 0, width);
    if (served !== width) {
      throw new Error(`a short read at ${offset.toString(16)}`);
    }
    return this.#data.getUint32(0, true);
  }

  /** Up to 16 bytes, all words alike. */
  write(offset: number, value: number, width = 4): void {
    for (let at = 0; at < width; at += 4) {
      this.#data.setUint32(at, value, true);
    }
    void this.#config.write(offset, this.#data, 0, width);
  }

  [Symbol.dispose](): void {
    this.model[Symbol.dispose]();
  }

  #declare(identity: SpdmIdentity, random: Random): readonly DoeInstanceSpec[] {
    const { features, clock } = this;
    const measurements: MeasurementSource = {
      measure: () =>
        features.areMoody && random.below(3) === 0 ? features.later(measured) : measured,
    };
    const spdm = new SpdmResponder({
      slots: { 0: identity },
      measurements,
      clock,
      hashes: ['sha256'],
      dhe: ['prime256v1'],
      sessions: 2,
      heartbeat: 5,
    });
    const cdat = cdatOfMemory({ ranges: [{ ...memory, dpa: 0 }] });
    const target = new MediaComplianceTarget(new PoisonList({ capacity: MEMORY }));
    const { attestation, table, compliance } = functionCapabilities;
    const moody = (type: number): DoeInstanceSpec['features'][number]['feature'] =>
      features.watched(features.moody(MOODY_VENDOR, type));
    return [
      {
        ...attestation,
        features: [
          { feature: features.watched(spdm.cma) },
          { feature: features.watched(spdm.secured) },
          { feature: moody(1) },
        ],
      },
      {
        ...table,
        features: [{ feature: features.watched(new CdatFeature(cdat)) }, { feature: moody(2) }],
      },
      {
        ...compliance,
        features: [
          { feature: features.watched(new ComplianceFeature(target)), owner: 'nobody' },
          { feature: moody(3), owner: 'nobody', withheld: 'error' },
          { feature: moody(4) },
        ],
      },
    ];
  }

  /** What features and the driver of the children throw is logged, and nothing else is. */
  #logger(): Logger {
    const logger: Logger = {
      ...silentLogger,
      error: (message, fields) => {
        if (!EXPECTED.includes(message)) {
          this.features.breaks(`${message}: ${String(fields?.['error'])}`);
        }
      },
      child: () => logger,
    };
    return logger;
  }
}

const memory = {
  length: MEMORY,
  volatile: true,
  latency: { read: 150, write: 250 },
  bandwidth: { read: 16_000, write: 16_000 },
} as const;
