import { ContainerModule } from 'inversify';
import { Clock } from '../clock/index.js';
import { DeviceModel } from '../device/index.js';
import type { DeviceEvents } from '../event/index.js';
import type { Dma } from '../iommu/index.js';
import type { Irqs } from '../irq/index.js';
import type { Logger } from '../log/index.js';
import type { MdevIdentity } from '../mdev/mdev-identity.js';
import { GivenServices } from './given-services.js';
import { MediatingDriver } from './mediating-driver.js';

/** What a device model may ask for. */
export interface ModelServices {
  readonly dma: Dma;
  readonly irqs: Irqs;
  readonly events: DeviceEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly identity: MdevIdentity;
}

/** A driver in one piece, for models that need nothing but {@link ModelServices}. */
export interface DriverDefinition extends Omit<MediatingDriver, 'mdevModule'> {
  model(services: ModelServices): DeviceModel;
}

/** Makes the ContainerModule of a driver without decorators, also from plain JavaScript. */
export function defineDriver(definition: DriverDefinition): ContainerModule {
  const mdevModule = new ContainerModule(({ bind }) => {
    bind<DeviceModel>(DeviceModel).toDynamicValue((context) =>
      definition.model({
        ...context.get<GivenServices>(GivenServices),
        clock: context.get<Clock>(Clock),
      }),
    );
  });
  return new ContainerModule(({ bind }) => {
    bind<MediatingDriver>(MediatingDriver).toConstantValue({ ...definition, mdevModule });
  });
}
