export { defineDriver, type DriverDefinition, type ModelServices } from './define-driver.js';
export { loadDriverPackage } from './load-package.js';
export {
  DEFAULT_REMOVAL_GRACE_MS,
  MdevHost,
  type CreateOptions,
  type MdevHostOptions,
} from './mdev-host.js';
export { MediatingDriver, type ParentSpec } from './mediating-driver.js';
export { nodeImporter } from './node-importer.js';
export { openMdev, smallestFirst, type MdevSource } from './open-mdev.js';
export type { PackageImporter } from './package-importer.js';
export { Scope } from './scope.js';
