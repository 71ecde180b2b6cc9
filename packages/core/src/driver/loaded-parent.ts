import { Container } from 'inversify';
import { DisposableStore } from '../lifecycle/index.js';
import type { Logger } from '../log/index.js';
import { Parent, ParentIdentity } from '../mdev/index.js';
import type { ObjectSchema } from '../object/index.js';
import { loadEagerly } from './load-eagerly.js';
import { destroyContainer } from './mdev-container.js';
import type { MediatingDriver, ParentSpec } from './mediating-driver.js';
import { Scope } from './scope.js';

/** A parent with the container that its mdevs hang below. */
export class LoadedParent {
  readonly parent: Parent;
  readonly container: Container;
  readonly #scope: DisposableStore;
  readonly #logger: Logger;
  #released: Promise<void> | undefined;

  private constructor(
    parent: Parent,
    container: Container,
    scope: DisposableStore,
    logger: Logger,
  ) {
    this.parent = parent;
    this.container = container;
    this.#scope = scope;
    this.#logger = logger;
  }

  /** Makes the services of a parent. Throws EINVAL for a spec that is not well formed; nothing is left behind then. */
  static async load(
    driver: MediatingDriver,
    spec: ParentSpec,
    schema: ObjectSchema,
    driverContainer: Container,
    logger: Logger,
  ): Promise<LoadedParent> {
    const parent = new Parent(driver, spec, schema, logger.child({ parent: spec.name }));
    const container = new Container({ parent: driverContainer, defaultScope: 'Singleton' });
    const scope = new DisposableStore();
    const loaded = new LoadedParent(parent, container, scope, logger);
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
      await loaded.release();
      throw error;
    }
  }

  /** Releases the services; its mdevs must have been removed. Idempotent, and never fails. */
  release(): Promise<void> {
    this.#released ??= destroyContainer(this.container, this.#scope, this.#logger);
    return this.#released;
  }
}
