import { Container, type ContainerModule } from 'inversify';
import { failure, MdevError } from '../errors/index.js';
import { DisposableStore, trackDisposable, trackReleased } from '../lifecycle/index.js';
import type { Logger } from '../log/index.js';
import { ObjectSchema } from '../object/index.js';
import { loadEagerly } from './load-eagerly.js';
import { LoadedParent } from './loaded-parent.js';
import { destroyContainer } from './mdev-container.js';
import { MediatingDriver } from './mediating-driver.js';
import { Scope } from './scope.js';
import { validateDriver } from './validate-driver.js';

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

  /**
   * Throws ENOEXEC `driver.entry`/`driver.load`, EINVAL `driver.invalid`, and what `ObjectSchema.build` throws; nothing is
   * left behind then.
   */
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
      requireDistinct(drivers);
      for (const driver of drivers) {
        const schema = ObjectSchema.build(driver.name, driver.objects ?? []);
        for (const spec of driver.parents) {
          parents.push(await LoadedParent.load(driver, spec, schema, container, logger));
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

/** Names are checked against what the host has when they are registered; here against each other. */
function requireDistinct(drivers: readonly MediatingDriver[]): void {
  const driver = repeated(drivers.map(({ name }) => name));
  if (driver !== undefined) {
    throw failure('driver.exists', { driver });
  }
  const parent = repeated(drivers.flatMap(({ parents }) => parents.map(({ name }) => name)));
  if (parent !== undefined) {
    throw failure('parent.exists', { parent });
  }
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

async function unload(
  parents: readonly LoadedParent[],
  container: Container,
  scope: DisposableStore,
  logger: Logger,
): Promise<void> {
  for (const loaded of [...parents].reverse()) {
    await loaded.release();
  }
  await destroyContainer(container, scope, logger);
}
