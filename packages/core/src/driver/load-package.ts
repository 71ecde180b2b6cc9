import type { ContainerModule } from 'inversify';
import { failure } from '../errors/index.js';
import type { PackageImporter } from './package-importer.js';

/**
 * Loads the ContainerModule of a driver package. The package names it in its package.json, relative to
 * itself:
 *
 *     "mdevkit": { "driver": "./dist/driver/module.js" }
 *
 * and that module's default export is the ContainerModule. Throws `driver.package` when there is no such
 * package, `driver.entry` when it names no module or the module is something else, `driver.load` when the module
 * fails to load; the cause is kept.
 */
export async function loadDriverPackage(
  packageName: string,
  importer: PackageImporter,
): Promise<ContainerModule> {
  const { manifest, folder } = await attempt('driver.package', packageName, () =>
    importer.manifest(packageName),
  );
  const entry = driverEntry(manifest);
  if (entry === undefined) {
    throw failure('driver.entry', {
      package: packageName,
      problem: 'package.json has no "mdevkit": { "driver": "./…" }',
    });
  }
  const url = new URL(entry, folder).href;
  if (!url.startsWith(folder)) {
    throw failure('driver.entry', { package: packageName, problem: `${entry} is outside of it` });
  }
  const loaded = await attempt('driver.load', packageName, () => importer.load(url));
  const module = isRecord(loaded) ? loaded['default'] : undefined;
  if (!isContainerModule(module)) {
    throw failure('driver.entry', {
      package: packageName,
      problem: `the default export of ${entry} is not a ContainerModule`,
    });
  }
  return module;
}

async function attempt<T>(
  reason: 'driver.package' | 'driver.load',
  packageName: string,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw failure(reason, { package: packageName, problem }, error);
  }
}

function driverEntry(manifest: unknown): string | undefined {
  const section = isRecord(manifest) ? manifest['mdevkit'] : undefined;
  const entry = isRecord(section) ? section['driver'] : undefined;
  return typeof entry === 'string' && entry.startsWith('./') ? entry : undefined;
}

/** By shape: a package may bring its own copy of inversify. */
function isContainerModule(value: unknown): value is ContainerModule {
  return isRecord(value) && typeof value['load'] === 'function' && 'id' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
