import { DeviceModel, Dma, MediatingDriver } from '@mdevkit/core';
import { ContainerModule } from 'inversify';
import { verbsClasses } from '../abi/index.js';
import { Fabric, SoftFabric } from './fabric.js';
import type { VerbsOptions } from './options.js';
import { VerbsDevice } from './verbs-device.js';

/** A driver of software verbs devices, all with the same capabilities. */
export function verbsDriver(options: VerbsOptions = {}): ContainerModule {
  const { fabric } = options;
  // Each parent is a fabric of its own; its mdevs reach each other, and nobody else.
  const fabricModule = new ContainerModule(({ bind }) => {
    if (fabric === undefined) {
      bind<Fabric>(Fabric).to(SoftFabric);
    } else {
      bind<Fabric>(Fabric).toConstantValue(fabric);
    }
  });
  const mdevModule = new ContainerModule(({ bind }) => {
    bind<DeviceModel>(DeviceModel).toDynamicValue(
      (context) => new VerbsDevice(context.get<Fabric>(Fabric), context.get<Dma>(Dma), options),
    );
  });
  return new ContainerModule(({ bind }) => {
    bind<MediatingDriver>(MediatingDriver).toConstantValue({
      name: 'verbs',
      deviceApi: 'vfio-platform',
      types: [{ id: 'hca', name: 'A host channel adapter' }],
      parents: [{ name: 'fabric0', capacity: 16, module: fabricModule }],
      objects: verbsClasses,
      mdevModule,
    });
  });
}
