import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Lab, LabError, run } from '../lab/index.js';
import { file, type CpioEntry } from './cpio.js';

const loader = '/lib64/ld-linux-x86-64.so.2';
const LIST_LIMIT_MS = 10_000;

/**
 * Programs of the lab, named by their absolute paths, with the loader and the libraries that they need,
 * each at the place that it has in the lab.
 */
export async function programEntries(lab: Lab, paths: readonly string[]): Promise<CpioEntry[]> {
  const files = new Set([loader, ...paths]);
  paths.forEach((path) => need(lab, path));
  for (const path of paths) {
    for (const library of await librariesOf(lab, path)) {
      files.add(library);
    }
  }
  return Promise.all(
    [...files].map(async (path) =>
      file(path.slice(1), await readFile(join(lab.root, path)), 0o755),
    ),
  );
}

/** The loader itself tells what it would load: `name => path (address)`. */
async function librariesOf(lab: Lab, path: string): Promise<string[]> {
  const { file: program, args } =
    lab.root === '/' ? { file: loader, args: [path] } : lab.tool(path);
  const list = await run({ file: program, args: ['--list', ...args] }, LIST_LIMIT_MS);
  return [...list.toString().matchAll(/ => (\/\S+) \(/g)]
    .map(([, library = '']) => `/${relative(lab.root, library)}`)
    .filter((library) => library !== loader);
}

/** A lab of the host's own programs has what the host has. */
function need(lab: Lab, path: string): void {
  if (!existsSync(join(lab.root, path))) {
    throw new LabError(`a guest needs ${path} of the host: install pciutils, cxl`);
  }
}
