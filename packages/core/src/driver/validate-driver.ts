import { isDeviceApi } from '../device/index.js';
import { failure } from '../errors/index.js';
import type { MdevTypeSpec } from '../mdev/mdev-type.js';
import type { MediatingDriver, ParentSpec } from './mediating-driver.js';

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Checks what a driver declares, before anything of it is registered. Throws EINVAL `driver.invalid` with the
 * field that is wrong.
 *
 * Source: Linux drivers/vfio/mdev/mdev_driver.c, mdev_register_driver (device_api is required).
 */
export function validateDriver(driver: MediatingDriver): void {
  requireName(driver.name, 'name');
  require(isDeviceApi(driver.deviceApi), 'deviceApi', driver.deviceApi);
  require(Array.isArray(driver.types) && driver.types.length > 0, 'types', driver.types);
  require(Array.isArray(driver.parents), 'parents', driver.parents);
  require(Array.isArray(driver.objects ?? []), 'objects', driver.objects);
  driver.types.forEach(validateType);
  driver.parents.forEach(validateParent);
  requireUnique(
    driver.types.map((type) => type.id),
    'types',
  );
  requireUnique(
    driver.parents.map((parent) => parent.name),
    'parents',
  );
}

function validateType(type: MdevTypeSpec): void {
  requireName(type.id, 'types.id');
  require(isPositive(type.units ?? 1), 'types.units', type.units);
  require(Array.isArray(type.algorithms ?? []), 'types.algorithms', type.algorithms);
}

function validateParent(parent: ParentSpec): void {
  requireName(parent.name, 'parents.name');
  require(isPositive(parent.capacity), 'parents.capacity', parent.capacity);
  const node = parent.numaNode ?? 0;
  require(Number.isSafeInteger(node) && node >= 0, 'parents.numaNode', node);
}

/** By what it is, not by what it is declared to be: a driver may be written in JavaScript. */
function requireName(name: unknown, field: string): void {
  require(typeof name === 'string' && namePattern.test(name), field, name);
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function requireUnique(values: readonly string[], field: string): void {
  require(new Set(values).size === values.length, field, 'duplicate');
}

function require(valid: boolean, field: string, value: unknown): void {
  if (!valid) {
    throw failure('driver.invalid', { field, value: String(value) });
  }
}
