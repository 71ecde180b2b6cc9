import { Container } from 'inversify';
import { Clock } from '../clock/index.js';
import { DeviceModel, Endpoint } from '../device/index.js';
import { ModelGuard } from '../device/model-guard.js';
import { TappedEndpoint } from '../device/tapped-endpoint.js';
import { failure, MdevError } from '../errors/index.js';
import { DeviceEvents } from '../event/index.js';
import { Dma, type ParentIommu } from '../iommu/index.js';
import { Irqs } from '../irq/index.js';
import { Interpositions, type Interposer } from '../interpose/index.js';
import { DisposableStore } from '../lifecycle/index.js';
import { Logger } from '../log/index.js';
import { MdevIdentity } from '../mdev/mdev-identity.js';
import type { ObjectSchema } from '../object/index.js';
import { GivenServices } from './given-services.js';
import type { MediatingDriver } from './mediating-driver.js';
import { Scope } from './scope.js';

export interface MdevContainerOptions {
  readonly parent: Container;
  readonly driver: MediatingDriver;
  readonly identity: MdevIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlerDeadlineMs: number;
  readonly mapLimit: number;
  readonly iommu: ParentIommu;
  readonly schema: ObjectSchema;
  readonly interposers: readonly Interposer[];
  /** Takes the mdev away from its client at once. */
  readonly surpriseRemove: () => Promise<void>;
}

/** One mdev's model behind its endpoint, and the container that holds what it uses. */
export interface MdevContainer {
  readonly endpoint: Endpoint;
  readonly destroy: () => Promise<void>;
}

/** Makes the container of a new mdev and its model. If the model cannot be made nothing is left. */
export async function makeMdevContainer(options: MdevContainerOptions): Promise<MdevContainer> {
  const { clock, driver, identity } = options;
  const logger = options.logger.child({ mdev: identity.uuid });
  const { handlerDeadlineMs, mapLimit, iommu, schema } = options;
  const around = interpositions(options, logger);
  const services = { clock, logger, handlerDeadlineMs, mapLimit, iommu, schema };
  const endpoint =
    around === undefined
      ? new Endpoint(services)
      : new TappedEndpoint({ ...services, tap: around });
  const container = new Container({ parent: options.parent });
  const scope = new DisposableStore();
  const destroy = async (): Promise<void> => {
    await destroyContainer(container, scope, logger);
    around?.end();
  };
  try {
    bindServices(container, endpoint, clock, around, { logger, identity });
    container.bind<Scope>(Scope).toConstantValue(scope);
    const model = await makeModel(container, driver, options);
    // The model itself, whatever stands before it: an interposer hears of its end by `end`.
    scope.add({ [Symbol.dispose]: () => model[Symbol.dispose]?.() });
    endpoint.attach(around?.model(model) ?? model);
    return { endpoint, destroy };
  } catch (error) {
    await destroy();
    throw MdevError.is(error) ? error : failure('model.threw', { handler: 'constructor' }, error);
  }
}

/** What stands around the mdev. Throws EIO for an interposer that throws something else than an MdevError. */
function interpositions(
  { clock, identity, interposers, surpriseRemove }: MdevContainerOptions,
  logger: Logger,
): Interpositions | undefined {
  try {
    return Interpositions.around(interposers, { identity, clock, logger, surpriseRemove });
  } catch (error) {
    throw MdevError.is(error) ? error : failure('model.threw', { handler: 'interposer' }, error);
  }
}

function bindServices(
  container: Container,
  { dma, irqs, events }: Endpoint,
  clock: Clock,
  around: Interpositions | undefined,
  { logger, identity }: Pick<GivenServices, 'logger' | 'identity'>,
): void {
  const given = { dma, irqs, events, clock };
  const services = around?.services(given) ?? given;
  container.bind<Dma>(Dma).toConstantValue(services.dma);
  container.bind<Irqs>(Irqs).toConstantValue(services.irqs);
  container.bind<DeviceEvents>(DeviceEvents).toConstantValue(services.events);
  container.bind<Logger>(Logger).toConstantValue(logger);
  container.bind<MdevIdentity>(MdevIdentity).toConstantValue(identity);
  container.bind<GivenServices>(GivenServices).toConstantValue({
    dma: services.dma,
    irqs: services.irqs,
    events: services.events,
    logger,
    identity,
  });
  if (services.clock !== clock) {
    container.bind<Clock>(Clock).toConstantValue(services.clock);
  }
}

/** Makes the model, within the deadline of its handlers; one that comes later is released at once. */
async function makeModel(
  container: Container,
  driver: MediatingDriver,
  options: MdevContainerOptions,
): Promise<DeviceModel> {
  const guard = new ModelGuard(options.clock, options.logger, options.handlerDeadlineMs);
  const making = container
    .loadAsync(driver.mdevModule)
    .then(() => container.getAsync<DeviceModel>(DeviceModel));
  try {
    return await guard.settle('constructor', making);
  } catch (error) {
    void making.then(
      (late) => late[Symbol.dispose]?.(),
      () => undefined,
    );
    throw error;
  }
}

/** Releases a container and what was acquired through it. What fails is logged; the rest goes on. */
export async function destroyContainer(
  container: Container,
  scope: DisposableStore,
  logger: Logger,
): Promise<void> {
  try {
    scope[Symbol.dispose]();
  } catch (error) {
    logger.error('a release failed', { error });
  }
  try {
    await container.unbindAllAsync();
  } catch (error) {
    logger.error('a deactivation failed', { error });
  }
}
