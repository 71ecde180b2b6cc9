import { Container, type ContainerModule } from 'inversify';
import { failure, MdevError } from '../errors/index.js';
import { DisposableStore, trackDisposable, trackReleased } from '../lifecycle/index.js';
import type { Logger } from '../log/index.js';
import { Parent, ParentIdentity } from '../mdev/index.js';
import { loadEagerly } from './load-eagerly.js';
import { destroyContainer } from './mdev-container.js';
import { MediatingDriver, type ParentSpec } from './mediating-driver.js';
import { Scope } from './scope.js';
import { validateDriver } from './validate-driver.js';

/** A parent with the container that its mdevs hang below. */
export interface LoadedParent {
  readonly parent: Parent;
  readonly container: Container;
  readonly scope: DisposableStore;
}

/**
 * A driver module at work: a container of its own below the host's, so that what it binds cannot clash with
 * other drivers, and below that one container for each parent.
 */
export class LoadedDriver {
  readonly drivers: readonly MediatingDriver[];
  readonly parents: readonly LoadedParent[];
  readonly #container: Container;
  readonly #scope: DisposableStore;
  readonly #logger: Logger;

  private constructor(
    container: Container,
    scope: DisposableStore,
    logger: Logger,
    drivers: readonly MediatingDriver[],
    parents: readonly LoadedParent[],
  ) {
    this.#container = container;
    this.#scope = scope;
    this.#logger = logger;
    this.drivers = drivers;
    this.parents = parents;
    trackDisposable(this);
  }

  /** Throws ENOEXEC `driver.entry`/`driver.load`, EINVAL `driver.invalid`; nothing is left behind then. */
  static async load(
    module: ContainerModule,
    host: Container,
    logger: Logger,
  ): Promise<LoadedDriver> {
    const container = new Container({ parent: host, defaultScope: 'Singleton' });
    const scope = new DisposableStore();
    const parents: LoadedParent[] = [];
    try {
      container.bind<Scope>(Scope).toConstantValue(scope);
      await loadEagerly(container, module);
      const drivers = await container.getAllAsync<MediatingDriver>(MediatingDriver);
      if (drivers.length === 0) {
        throw failure('driver.entry', { problem: 'the module binds no MediatingDriver' });
      }
      drivers.forEach(validateDriver);
      for (const driver of drivers) {
        for (const spec of driver.parents) {
          parents.push(await loadParent(driver, spec, container, logger));
        }
      }
      return new LoadedDriver(container, scope, logger, drivers, parents);
    } catch (error) {
      await unload(parents, container, scope, logger);
      throw MdevError.is(error) ? error : failure('driver.load', { problem: String(error) }, error);
    }
  }

  /** Releases the containers, parents newest first. The parents must have been removed. */
  async unload(): Promise<void> {
    trackReleased(this);
    await unload(this.parents, this.#container, this.#scope, this.#logger);
  }
}

async function loadParent(
  driver: MediatingDriver,
  spec: ParentSpec,
  driverContainer: Container,
  logger: Logger,
): Promise<LoadedParent> {
  const container = new Container({ parent: driverContainer, defaultScope: 'Singleton' });
  const scope = new DisposableStore();
  const loaded = { parent: new Parent(driver, spec), container, scope };
  try {
    container.bind<Scope>(Scope).toConstantValue(scope);
    container
      .bind<ParentIdentity>(ParentIdentity)
      .toConstantValue({ name: spec.name, numaNode: spec.numaNode });
    if (spec.module !== undefined) {
      await loadEagerly(container, spec.module);
    }
    return loaded;
  } catch (error) {
    await destroyContainer(container, scope, logger);
    throw error;
  }
}

async function unload(
  parents: readonly LoadedParent[],
  container: Container,
  scope: DisposableStore,
  logger: Logger,
): Promise<void> {
  for (const loaded of [...parents].reverse()) {
    await destroyContainer(loaded.container, loaded.scope, logger);
  }
  await destroyContainer(container, scope, logger);
}
