import { failure } from '../../errors/index.js';
import type { AnyObjectClass } from '../declare/index.js';
import type { ErasedImplementation } from '../implement/index.js';
import { DeviceTree } from './bind/device-tree.js';
import { prune, type Implementations } from './bind/prune.js';
import type { MethodTree } from './bound.js';
import { buildClasses } from './build/index.js';
import { CORE_CLASSES } from './core-classes.js';
import type { DeclaredClass } from './declared.js';
import { driverIdOf, NO_DRIVER_ID } from './driver-id.js';

/**
 * All classes that devices of one driver may have: the core's, and what the driver declares. Built once for each driver and
 * never changed; devices share it, and each has the part of it that it implements.
 *
 * Source: Linux drivers/infiniband/core/uverbs_uapi.c, uverbs_alloc_api.
 */
export class ObjectSchema {
  readonly driverName: string | undefined;
  /** In the header of every call; 0 for a driver without classes. */
  readonly driverId: number;
  readonly #classes: readonly DeclaredClass[];
  readonly #implementable: ReadonlySet<AnyObjectClass>;

  private constructor(driverName: string | undefined, classes: readonly AnyObjectClass[]) {
    this.#classes = buildClasses(CORE_CLASSES, classes);
    this.#implementable = new Set([...CORE_CLASSES, ...classes]);
    this.driverName = driverName;
    this.driverId =
      driverName === undefined || classes.length === 0 ? NO_DRIVER_ID : driverIdOf(driverName);
  }

  /**
   * Merges and checks declarations, as a whole: one error is an error of all.
   *
   * @param driverName - whose they are; may be left out if there are none
   * @throws MdevError with class, method and attribute in its details: EEXIST for what is declared twice, EOVERFLOW for
   *   numbers that a namespace does not have, EINVAL for everything else
   */
  static build(driverName: string | undefined, classes: readonly AnyObjectClass[]): ObjectSchema {
    const name: unknown = driverName;
    if (name === undefined ? classes.length > 0 : typeof name !== 'string' || name === '') {
      throw failure('schema.driver-name');
    }
    return new ObjectSchema(driverName, classes);
  }

  /**
   * Whether a device may have these implementations; asks none of them anything.
   *
   * @throws MdevError EINVAL `schema.not-declared`, `schema.no-descriptor`; EEXIST `schema.implemented-twice`
   */
  check(implementations: readonly ErasedImplementation[]): void {
    this.#byClass(implementations);
  }

  /**
   * What a device with these implementations has. Asks them what the device supports, each question once.
   *
   * @throws MdevError as {@link ObjectSchema.check}, and whatever an implementation throws
   */
  bind(implementations: readonly ErasedImplementation[]): MethodTree {
    return new DeviceTree(prune(this.#classes, this.#byClass(implementations)));
  }

  #byClass(implementations: readonly ErasedImplementation[]): Implementations {
    const byClass = new Map<AnyObjectClass, ErasedImplementation>();
    for (const implementation of implementations) {
      const { objectClass, life } = implementation;
      const { name, kind, extension } = objectClass;
      if (!this.#implementable.has(objectClass)) {
        throw failure('schema.not-declared', { class: name, driver: this.driverName });
      }
      if (byClass.has(objectClass)) {
        throw failure('schema.implemented-twice', { class: name });
      }
      if (kind === 'fd' && extension === undefined && life.descriptor === undefined) {
        throw failure('schema.no-descriptor', { class: name, missing: 'descriptor' });
      }
      byClass.set(objectClass, implementation);
    }
    return byClass;
  }
}
