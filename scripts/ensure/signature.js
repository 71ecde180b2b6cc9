import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../root.js';
import { workspaces } from './workspaces.js';

/**
 * @typedef {object} Sources
 * @property {string} signature a text of two lines that changes when any input of the build changes: the
 *   name, time or size of a source, a `tsconfig.json` or a `package.json`; the first line, only with names
 * @property {number} newest when the last of them changed, in ms
 */

/**
 * What the build is made from. Reads no file's content, so it costs milliseconds.
 *
 * @returns {Sources}
 */
export function readSources() {
  const names = createHash('sha256');
  const all = createHash('sha256');
  let newest = 0;
  for (const path of inputs()) {
    const { mtimeMs, size } = statSync(path);
    names.update(`${path}\n`);
    all.update(`${String(mtimeMs)}\0${String(size)}\n`);
    newest = Math.max(newest, mtimeMs);
  }
  return { signature: `${names.digest('hex')}\n${all.digest('hex')}\n`, newest };
}

/** @returns {string[]} */
function inputs() {
  const own = ['tsconfig.json', 'tsconfig.base.json'].map((name) => inRoot(name));
  const theirs = workspaces().flatMap((folder) => [
    join(folder, 'package.json'),
    join(folder, 'tsconfig.json'),
    ...filesBelow(join(folder, 'src')),
  ]);
  return [...own, ...theirs].filter((path) => existsSync(path));
}

/**
 * Every file below `folder`, in a stable order; none when there is no such folder.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
