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
  require(namePattern.test(driver.name), 'name', driver.name);
  require(isDeviceApi(driver.deviceApi), 'deviceApi', driver.deviceApi);
  require(driver.types.length > 0, 'types', 'none');
  requireUnique(
    driver.types.map((type) => type.id),
    'types',
  );
  requireUnique(
    driver.parents.map((parent) => parent.name),
    'parents',
  );
  driver.types.forEach(validateType);
  driver.parents.forEach(validateParent);
}

function validateType(type: MdevTypeSpec): void {
  require(namePattern.test(type.id), 'types.id', type.id);
  require(isPositive(type.units ?? 1), 'types.units', String(type.units));
}

function validateParent(parent: ParentSpec): void {
  require(namePattern.test(parent.name), 'parents.name', parent.name);
  require(isPositive(parent.capacity), 'parents.capacity', String(parent.capacity));
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function requireUnique(values: readonly string[], field: string): void {
  require(new Set(values).size === values.length, field, 'duplicate');
}

function require(valid: boolean, field: string, value: string): void {
  if (!valid) {
    throw failure('driver.invalid', { field, value });
  }
}
