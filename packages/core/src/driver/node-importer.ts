import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { PackageImporter } from './package-importer.js';

/**
 * Loads packages as Node.js finds them from `base`, the URL of a file in the program that hosts the drivers.
 */
export function nodeImporter(base: string): PackageImporter {
  const require = createRequire(base);
  return {
    manifest: async (packageName) => {
      const path = `${packageName}/package.json`;
      const folder = new URL('./', pathToFileURL(require.resolve(path))).href;
      return { manifest: require(path) as unknown, folder };
    },
    load: async (url) => (await import(url)) as unknown,
  };
}
