import type { PciFunctionLayout } from '@mdevkit/pci';
import { CdatFeature, cdatOfMemory } from '../cdat/index.js';
import { ComplianceFeature, MediaComplianceTarget, PoisonList } from '../compliance/index.js';
import type { DoeFeature, DoeInstanceSpec } from '../feature/index.js';
import { DoeFunction, type DoeFunctionServices } from '../model/index.js';
import { cxlType3Layout } from './type3-layout.js';
import { capacityOf, CXL_DOE_AT, type CxlType3Options } from './type3-options.js';
import { CxlType3Registers } from './type3-registers.js';

/** What one memory device is given. */
export interface CxlMemoryServices extends DoeFunctionServices {
  /** `cxlType3Layout` of the same options, where several devices share it. */
  readonly layout?: PciFunctionLayout;
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
export class CxlMemoryDevice extends DoeFunction {
  readonly registers: CxlType3Registers;
  readonly poison: PoisonList;
  /** What the device says of its memory; `update` changes it. */
  readonly cdat: CdatFeature;
  readonly compliance: ComplianceFeature;

  /** @throws RangeError for options that cannot be */
  constructor(services: CxlMemoryServices, options: CxlType3Options) {
    const { clock, logger, layout = cxlType3Layout(options) } = services;
    const poison = poisonOf(options);
    const cdat = new CdatFeature(options.cdat ?? cdatOfMemory(options));
    const target = options.compliance ?? new MediaComplianceTarget(poison);
    const compliance = new ComplianceFeature(target, { logger });
    const registers = new CxlType3Registers(options, { clock, logger, poison });
    super(services, layout, instancesOf(options, cdat, compliance), registers.bars);
    this.registers = registers;
    this.poison = poison;
    this.cdat = cdat;
    this.compliance = compliance;
  }

  override reset(): void {
    super.reset();
    this.registers.reset();
  }
}

function instancesOf(
  { vectors = 0, complianceAccess, features = [], instances = [] }: CxlType3Options,
  cdat: DoeFeature,
  compliance: DoeFeature,
): readonly DoeInstanceSpec[] {
  return [
    {
      at: CXL_DOE_AT,
      ...(vectors === 0 ? {} : { message: 0 }),
      features: [
        { feature: cdat },
        { owner: 'nobody', ...complianceAccess, feature: compliance },
        ...features,
      ],
    },
    ...instances,
  ];
}

function poisonOf({ ranges, poisonLimit }: CxlType3Options): PoisonList {
  const { volatile, persistent } = capacityOf(ranges);
  const capacity = volatile + persistent;
  return new PoisonList(
    poisonLimit === undefined ? { capacity } : { capacity, limit: poisonLimit },
  );
}
