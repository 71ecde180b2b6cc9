import type {
  Clock,
  DeviceApi,
  DeviceModel,
  Dma,
  Implementation,
  IrqIndexSpec,
  Irqs,
  Logger,
  QuiesceCause,
  RegionSlot,
} from '@mdevkit/core';
import { PciFunction, type PciFunctionLayout } from '@mdevkit/pci';
import { CdatFeature, cdatOfMemory } from '../cdat/index.js';
import { ComplianceFeature, MediaComplianceTarget, PoisonList } from '../compliance/index.js';
import { doeObjects } from '../control/index.js';
import type { DoeInstanceSpec, DoeLimits } from '../feature/index.js';
import { DoeInstances } from '../set/index.js';
import { cxlType3Layout } from './type3-layout.js';
import { capacityOf, CXL_DOE_AT, type CxlType3Options } from './type3-options.js';
import { CxlType3Registers } from './type3-registers.js';

/** What one memory device is given. */
export interface CxlMemoryServices {
  readonly irqs: Irqs;
  readonly dma: Dma;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `cxlType3Layout` of the same options, where several devices share it. */
  readonly layout?: PciFunctionLayout;
  readonly limits?: Partial<DoeLimits>;
}

/**
 * A CXL memory device (type 3), as Linux's cxl_pci drives it: decoders, mailbox, poison list, and a DOE Capability with CDAT
 * and compliance mode. Its memory itself is not there: a host that decodes addresses to it finds nothing.
 *
 * Poison is a state of the memory and outlives resets and clients. A model that needs more than this has one of these as its
 * part.
 *
 * Source: CXL 3.1, chapter 8; Linux drivers/cxl/pci.c, cxl_pci_probe.
 */
export class CxlMemoryDevice implements DeviceModel, Disposable {
  readonly deviceApi: DeviceApi = 'vfio-pci';
  readonly regions: readonly RegionSlot[];
  readonly irqs: readonly IrqIndexSpec[];
  /** Grants of features, compliance mode among them. */
  readonly objects: readonly Implementation[];
  readonly pci: PciFunction;
  readonly registers: CxlType3Registers;
  readonly poison: PoisonList;
  /** What the device says of its memory; `update` changes it. */
  readonly cdat: CdatFeature;
  readonly compliance: ComplianceFeature;
  readonly doe: DoeInstances;

  /** @throws RangeError for options that cannot be */
  constructor(services: CxlMemoryServices, options: CxlType3Options) {
    const { clock, logger, irqs, dma, limits, layout = cxlType3Layout(options) } = services;
    this.poison = poisonOf(options);
    this.cdat = new CdatFeature(options.cdat ?? cdatOfMemory(options));
    this.compliance = new ComplianceFeature(
      options.compliance ?? new MediaComplianceTarget(this.poison),
      { logger },
    );
    this.registers = new CxlType3Registers(options, { clock, logger, poison: this.poison });
    this.doe = new DoeInstances(this.#instances(options), {
      clock,
      logger,
      vectors: layout.vectors,
      message: (vector) => this.pci.message(vector),
      ...(limits === undefined ? {} : { limits }),
    });
    try {
      this.pci = new PciFunction(layout, {
        irqs,
        dma,
        bars: this.registers.bars,
        configHooks: this.doe.configHooks,
        onFunctionLevelReset: () => {
          this.reset();
        },
      });
    } catch (error) {
      this.doe[Symbol.dispose]();
      throw error;
    }
    this.regions = this.pci.regions;
    this.irqs = this.pci.irqs;
    this.objects = doeObjects(this.doe);
  }

  /** The client is gone: what it asked for is abandoned. */
  close(): void {
    this.reset();
  }

  /**
   * The client behind a transport is gone, and the next one shall find the registers as they are, but nothing of what was asked
   * through the DOE Capabilities: responses and sessions are the former's own.
   *
   * Source: vfio-user protocol specification, Disconnection and reconnect; own rule.
   */
  quiesce(cause: QuiesceCause): void {
    if (cause === 'disconnect') {
      this.doe.reset();
    }
  }

  /** Registers have been reset by then. */
  reset(): void {
    this.doe.reset();
    this.registers.reset();
  }

  [Symbol.dispose](): void {
    this.doe[Symbol.dispose]();
  }

  #instances(options: CxlType3Options): readonly DoeInstanceSpec[] {
    const { vectors = 0, complianceAccess, features = [], instances = [] } = options;
    return [
      {
        at: CXL_DOE_AT,
        ...(vectors === 0 ? {} : { message: 0 }),
        features: [
          { feature: this.cdat },
          { owner: 'nobody', ...complianceAccess, feature: this.compliance },
          ...features,
        ],
      },
      ...instances,
    ];
  }
}

function poisonOf({ ranges, poisonLimit }: CxlType3Options): PoisonList {
  const { volatile, persistent } = capacityOf(ranges);
  const capacity = volatile + persistent;
  return new PoisonList(
    poisonLimit === undefined ? { capacity } : { capacity, limit: poisonLimit },
  );
}
