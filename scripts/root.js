import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder: every path of every script starts here, whatever the caller's folder is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * An absolute path inside the repository.
 *
 * @param {...string} parts
 * @returns {string}
 */
export function inRoot(...parts) {
  return join(root, ...parts);
}

/**
 * The programs of the tool chain, by path: a name looked up in `node_modules/.bin` may belong to
 * either of the two TypeScript compilers.
 */
export const tools = {
  tsc: inRoot('node_modules/@typescript/native/bin/tsc'),
  mocha: inRoot('node_modules/mocha/bin/mocha.js'),
  eslint: inRoot('node_modules/eslint/bin/eslint.js'),
  prettier: inRoot('node_modules/prettier/bin/prettier.cjs'),
  depcruise: inRoot('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
  c8: inRoot('node_modules/c8/bin/c8.js'),
  typedoc: inRoot('node_modules/typedoc/bin/typedoc'),
};
