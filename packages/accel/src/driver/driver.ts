import { DeviceModel, MediatingDriver } from '@mdevkit/core';
import { ContainerModule } from 'inversify';
import { OPCODE_LIMIT } from '../abi/index.js';
import { Algorithm, builtInAlgorithms } from './algorithm/index.js';
import { AccelModel, FunctionLayouts } from './model/index.js';
import { QueuePool } from './pool/index.js';
import { accelTypes, PARENT_QUEUES } from './types.js';

/** Everything has a default; a test or another driver brings its own. */
export interface AccelDriverOptions {
  /** Unique in the host, and the first part of type ids. Default `accel`. */
  readonly name?: string;
  /** Default: one parent `accel0` with 16 queues on node 0. */
  readonly parents?: readonly AccelParent[];
  /** What the accelerator computes. Default: {@link builtInAlgorithms}. */
  readonly algorithms?: readonly Algorithm[];
}

/** A parent and how many queues it has. */
export interface AccelParent {
  readonly name: string;
  readonly queues: number;
  readonly numaNode?: number;
}

const defaultParents: readonly AccelParent[] = [
  { name: 'accel0', queues: PARENT_QUEUES, numaNode: 0 },
];

/**
 * The mediating driver as a module to load into a host. Throws RangeError for opcodes that are not unique in
 * 0 .. 31.
 */
export function accelDriver(options: AccelDriverOptions = {}): ContainerModule {
  const algorithms = options.algorithms ?? builtInAlgorithms;
  checkOpcodes(algorithms);
  const driver: MediatingDriver = {
    name: options.name ?? 'accel',
    deviceApi: 'vfio-pci',
    types: accelTypes(algorithms.map(({ name }) => name)),
    parents: (options.parents ?? defaultParents).map(({ queues, ...parent }) => ({
      ...parent,
      capacity: queues,
      module: parentModule(queues, algorithms),
    })),
    mdevModule: new ContainerModule(({ bind }) => {
      bind<DeviceModel>(DeviceModel).to(AccelModel);
    }),
  };
  return new ContainerModule(({ bind }) => {
    bind<MediatingDriver>(MediatingDriver).toConstantValue(driver);
  });
}

function checkOpcodes(algorithms: readonly Algorithm[]): void {
  const seen = new Set<number>();
  for (const { name, opcode } of algorithms) {
    if (!Number.isInteger(opcode) || opcode < 0 || opcode >= OPCODE_LIMIT || seen.has(opcode)) {
      throw new RangeError(`algorithm ${name}: opcode ${opcode} is not a free one of 0 .. 31`);
    }
    seen.add(opcode);
  }
}

function parentModule(queues: number, algorithms: readonly Algorithm[]): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(QueuePool).toConstantValue(new QueuePool(queues));
    bind(FunctionLayouts).toConstantValue(new FunctionLayouts());
    for (const algorithm of algorithms) {
      bind<Algorithm>(Algorithm).toConstantValue(algorithm);
    }
  });
}
