import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inRoot } from '../root.js';

/** @returns {string[]} every folder that may hold a `src` and a `dist`, built or not, absolute */
export function workspaces() {
  const grouped = ['packages', 'examples'].flatMap((group) => {
    const folder = inRoot(group);
    return existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => join(folder, entry.name))
      : [];
  });
  return [...grouped, inRoot('test')];
}

/** @returns {string[]} the folders that the root `tsconfig.json` builds, absolute */
export function builtWorkspaces() {
  const config = /** @type {{ references: { path: string }[] }} */ (
    JSON.parse(readFileSync(inRoot('tsconfig.json'), 'utf8'))
  );
  return config.references.map(({ path }) => {
    const target = inRoot(path);
    return target.endsWith('.json') ? dirname(target) : target;
  });
}
