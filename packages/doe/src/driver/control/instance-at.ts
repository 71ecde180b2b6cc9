import { failure } from '../../errors/index.js';
import type { DoeInstance, DoeInstances } from '../set/index.js';

/** The DOE Capability that a client has named; throws ENODEV `doe.no-instance`. */
export function instanceAt(instances: DoeInstances, at: number): DoeInstance {
  const instance = instances.at(at);
  if (instance === undefined) {
    throw failure('doe.no-instance', { at: at.toString(16) });
  }
  return instance;
}
