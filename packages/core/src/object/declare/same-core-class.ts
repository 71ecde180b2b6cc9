import type { AnyObjectClass } from './object-class.js';

/**
 * Whether two declarations are one class of the core: a driver may have another copy of this package in the same process,
 * and its classes of the core are those of this one.
 */
export function isSameCoreClass(a: AnyObjectClass, b: AnyObjectClass): boolean {
  return (
    a.namespace === 'core' &&
    b.namespace === 'core' &&
    a.extension === undefined &&
    b.extension === undefined &&
    a.id === b.id &&
    a.name === b.name &&
    a.kind === b.kind
  );
}
