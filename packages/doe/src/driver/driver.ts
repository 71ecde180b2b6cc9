import { defineDriver, ManualClock, type ModelServices } from '@mdevkit/core';
import type { ContainerModule } from 'inversify';
import { doeClasses } from '../abi/control/index.js';
import { failure } from '../errors/index.js';
import { CdatFeature, cdatOfMemory, type DeclaredMemory } from './cdat/index.js';
import { ComplianceFeature, MediaComplianceTarget, PoisonList } from './compliance/index.js';
import { CxlMemoryDevice, cxlType3Layout } from './cxl/index.js';
import type { DoeInstanceSpec } from './feature/index.js';
import { DoeFunction, functionCapabilities, functionLayout } from './model/index.js';
import { SpdmResponder, type SpdmResponderOptions } from './spdm/index.js';

/** What the devices of the driver are like. */
export interface DoeDriverOptions {
  /** Unique in the host, and the first part of type ids. Default `doe`. */
  readonly name?: string;
  /** Devices that its parent `NAME0` makes; 16 by default. */
  readonly capacity?: number;
  /** What a device proves itself with, what it measures, and what it can do. The clock is the device's own. */
  readonly spdm: Omit<SpdmResponderOptions, 'clock'>;
  /** What the table of a device says, and the memory of a CXL device; 256 MiB of volatile memory by default. */
  readonly memory?: readonly DeclaredMemory[];
  /**
   * Changes what the DOE Capabilities of a function answer, device by device: more features, others, none. All of them stay,
   * at their offsets, with version and message; a device whose instances say anything else is not made (RangeError).
   */
  readonly instances?: (standard: readonly DoeInstanceSpec[]) => readonly DoeInstanceSpec[];
}

const MIB = 2 ** 20;

/** What a memory device of QEMU has and says (hw/mem/cxl_type3.c). */
const DEFAULT_MEMORY: readonly DeclaredMemory[] = [
  {
    dpa: 0,
    length: 256 * MIB,
    volatile: true,
    latency: { read: 150, write: 250 },
    bandwidth: { read: 16_000, write: 16_000 },
  },
];

/**
 * The mediating driver as a module to load into a host. Its types:
 *
 * - `function`: a function with three DOE Capabilities (`functionCapabilities`). At the first, CMA and Secured CMA; at the
 *   second, CXL Table Access; at the third, CXL Compliance, which needs a grant;
 * - `cxl-type3`: a CXL memory device with Table Access and Compliance.
 *
 * Throws RangeError for options that cannot be.
 */
export function doeDriver(options: DoeDriverOptions): ContainerModule {
  const { name = 'doe', capacity = 16, memory = DEFAULT_MEMORY } = options;
  const layout = functionLayout();
  const cxlLayout = cxlType3Layout({ ranges: memory });
  // What is wrong with the options is said here, and not when a device is made.
  cdatOfMemory({ ranges: memory });
  new SpdmResponder({ ...options.spdm, clock: new ManualClock() }).reset();
  return defineDriver({
    name,
    deviceApi: 'vfio-pci',
    types: [
      {
        id: 'function',
        name: 'DOE function',
        description: 'A function that is attested, has a table, and test modes',
      },
      {
        id: 'cxl-type3',
        name: 'CXL memory device',
        description: 'A CXL type-3 device with its tables and mailbox',
      },
    ],
    parents: [{ name: `${name}0`, capacity }],
    objects: doeClasses,
    model: (services) => {
      switch (services.identity.type) {
        case `${name}-function`:
          return new DoeFunction(services, layout, instancesOf(options, memory, services));
        case `${name}-cxl-type3`:
          return new CxlMemoryDevice({ ...services, layout: cxlLayout }, { ranges: memory });
        default:
          throw failure('doe.type', { type: services.identity.type });
      }
    },
  });
}

function instancesOf(
  { spdm, instances = (standard) => standard }: DoeDriverOptions,
  ranges: readonly DeclaredMemory[],
  { clock, logger }: ModelServices,
): readonly DoeInstanceSpec[] {
  const { attestation, table, compliance } = functionCapabilities;
  const responder = new SpdmResponder({ ...spdm, clock });
  const poison = new PoisonList({ capacity: endOf(ranges) });
  const target = new MediaComplianceTarget(poison);
  return instances([
    { ...attestation, features: [{ feature: responder.cma }, { feature: responder.secured }] },
    { ...table, features: [{ feature: new CdatFeature(cdatOfMemory({ ranges })) }] },
    {
      ...compliance,
      features: [{ feature: new ComplianceFeature(target, { logger }), owner: 'nobody' }],
    },
  ]);
}

function endOf(ranges: readonly DeclaredMemory[]): number {
  return Math.max(...ranges.map(({ dpa, length }) => dpa + length));
}
