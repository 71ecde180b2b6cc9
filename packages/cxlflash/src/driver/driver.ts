import { DeviceModel, MediatingDriver, Scope } from '@mdevkit/core';
import { CXLFLASH_MAX_CONTEXT } from '@mdevkit/uapi';
import { ContainerModule } from 'inversify';
import { flashClasses } from '../abi/index.js';
import { DEFAULT_LIMITS, FlashLimits, FlashModel, FunctionLayouts } from './model/index.js';
import { FlashParent, type DiskSpec } from './parent/index.js';
import { MemoryStore } from './store/index.js';
import { flashTypes, SLICES } from './types.js';

/** Everything has a default; a test or another driver brings its own. */
export interface CxlflashDriverOptions {
  /** Unique in the host, and the first part of type ids. Default `cxlflash`. */
  readonly name?: string;
  /** Default: one parent `flash0` with 512 contexts on node 0, and what `disks`, `ports` and `contexts` say. */
  readonly parents?: readonly FlashParentSpec[];
  /** Of the default parent; one of 64 MiB in memory without it. They are the caller's. */
  readonly disks?: readonly DiskSpec[];
  readonly ports?: number;
  readonly contexts?: number;
  /** Contexts of the types; default 8, 64 and 512. */
  readonly slices?: readonly number[];
  readonly limits?: Partial<FlashLimits>;
}

/** A parent: its name, how many contexts it has, and its disks and ports. */
export interface FlashParentSpec {
  readonly name: string;
  /** Contexts that its slices share; default 512. */
  readonly contexts?: number;
  readonly numaNode?: number;
  /** Made by the caller, who moves its links and disks by it; the same for every host that loads the driver. */
  readonly flash?: FlashParent;
}

/** Blocks of 4 KiB of the disk that there is if nobody brings one. */
const DEFAULT_BLOCKS = 16_384;

/** The mediating driver as a module to load into a host. Throws RangeError for slices that cannot be. */
export function cxlflashDriver(options: CxlflashDriverOptions = {}): ContainerModule {
  const limits: FlashLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const parents = options.parents ?? [
    { name: 'flash0', contexts: options.contexts ?? CXLFLASH_MAX_CONTEXT, numaNode: 0 },
  ];
  const driver: MediatingDriver = {
    name: options.name ?? 'cxlflash',
    deviceApi: 'vfio-pci',
    types: flashTypes(options.slices ?? SLICES),
    parents: parents.map(({ contexts = CXLFLASH_MAX_CONTEXT, flash, ...parent }) => ({
      ...parent,
      capacity: contexts,
      module: parentModule(options, flash, limits),
    })),
    objects: flashClasses,
    mdevModule: new ContainerModule(({ bind }) => {
      bind<DeviceModel>(DeviceModel).to(FlashModel);
    }),
  };
  return new ContainerModule(({ bind }) => {
    bind<MediatingDriver>(MediatingDriver).toConstantValue(driver);
  });
}

function parentModule(
  { disks, ports }: CxlflashDriverOptions,
  flash: FlashParent | undefined,
  limits: FlashLimits,
): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(FunctionLayouts).toConstantValue(new FunctionLayouts());
    bind<FlashLimits>(FlashLimits).toConstantValue(limits);
    if (flash !== undefined) {
      bind(FlashParent).toConstantValue(flash);
      return;
    }
    bind(FlashParent)
      .toDynamicValue((context) => {
        const own = disks ?? [{ store: new MemoryStore({ blocks: DEFAULT_BLOCKS }) }];
        const made = new FlashParent({ disks: own, ...(ports === undefined ? {} : { ports }) });
        return context.get<Scope>(Scope).add(made);
      })
      .inSingletonScope();
  });
}
