import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesBelow } from '../ensure/signature.js';
import { workspaces } from '../ensure/workspaces.js';
import { root } from '../root.js';

const nothingToRun = /^(?:export \{\};\s*)?(?:\/\/# sourceMappingURL=.*\s*)?$/;

/**
 * The sources that declare only types: nothing of them is left in what runs, so no test can reach it.
 *
 * @returns {string[]} paths from the repository's folder
 */
export function typesOnlySources() {
  return workspaces().flatMap((folder) =>
    filesBelow(join(folder, 'dist'))
      .filter((path) => path.endsWith('.js') && nothingToRun.test(readFileSync(path, 'utf8')))
      .map((path) => join(folder, 'src', relative(join(folder, 'dist'), path)))
      .map((path) => relative(root, path).replace(/\.js$/, '.ts')),
  );
}
