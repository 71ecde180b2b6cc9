import {
  Clock,
  DeviceEvents,
  DeviceModel,
  Dma,
  Irqs,
  Logger,
  MdevIdentity,
  MediatingDriver,
} from '@mdevkit/core';
import { ContainerModule } from 'inversify';
import { Note } from './notes.js';
import { SEATS, Seats } from './seats.js';
import type { SpecimenServices } from './specimen.js';

const parentModule = new ContainerModule(({ bind }) => {
  bind(Seats).toSelf().inSingletonScope();
});

/** A driver of specimens, as `model` makes them. */
export function specimenDriver(
  deviceApi: 'vfio-platform' | 'vfio-pci',
  model: (services: SpecimenServices) => DeviceModel,
): ContainerModule {
  const driver: MediatingDriver = {
    name: 'specimen',
    deviceApi,
    types: [{ id: 'one', name: 'A specimen' }],
    parents: [{ name: 'specimen0', capacity: SEATS, module: parentModule }],
    objects: [Note],
    mdevModule: new ContainerModule(({ bind }) => {
      bind<DeviceModel>(DeviceModel).toDynamicValue((context) =>
        model({
          dma: context.get<Dma>(Dma),
          irqs: context.get<Irqs>(Irqs),
          events: context.get<DeviceEvents>(DeviceEvents),
          clock: context.get<Clock>(Clock),
          logger: context.get<Logger>(Logger),
          identity: context.get<MdevIdentity>(MdevIdentity),
          seats: context.get(Seats),
        }),
      );
    }),
  };
  return new ContainerModule(({ bind }) => {
    bind<MediatingDriver>(MediatingDriver).toConstantValue(driver);
  });
}
