import type { AnyObjectClass } from '../../declare/index.js';
import type { DeclaredClass } from '../declared.js';
import { checkClass } from './check-method.js';
import { finish } from './finish.js';
import { Merge } from './merge.js';
import { demandClasses } from './shape.js';

/**
 * Merges the declarations of a driver with those of the core, and checks the whole.
 *
 * Source: Linux drivers/infiniband/core/uverbs_uapi.c, uverbs_alloc_api.
 *
 * @throws MdevError for the first rule that is broken, with class, method and attribute in its details
 */
export function buildClasses(
  core: readonly AnyObjectClass[],
  driver: readonly AnyObjectClass[],
): DeclaredClass[] {
  demandClasses(driver);
  const merge = new Merge();
  for (const objectClass of core) {
    merge.add(objectClass, 'core');
  }
  for (const objectClass of driver) {
    if (objectClass.extension === undefined) {
      merge.add(objectClass, 'driver');
    } else {
      merge.extend(objectClass, objectClass.extension);
    }
  }
  const drafts = merge.classes();
  for (const draft of drafts) {
    checkClass(draft);
  }
  return finish(
    drafts,
    driver.filter(({ extension }) => extension !== undefined),
  );
}
