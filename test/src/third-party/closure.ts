import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

interface Manifest {
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The folders, relative to `root`, of what these packages need to run, as Node.js finds it from `root`: themselves and what
 * they depend on. Packages of the workspace are followed and left out.
 */
export function closure(root: string, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const pending = names.map((name) => ({ name, from: root }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const folder = resolve(next.name, next.from);
    if (folder === undefined || found.has(folder)) {
      continue;
    }
    found.add(folder);
    const { dependencies, optionalDependencies } = manifestOf(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      pending.push({ name, from: folder });
    }
  }
  return [...found]
    .map((folder) => relative(root, folder))
    .filter((folder) => !folder.startsWith(join('node_modules', '@mdevkit')))
    .sort();
}

/** Undefined if it is not there, as optional packages for other systems. */
export function resolve(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) {
      return candidate;
    }
    if (folder === dirname(folder)) {
      return undefined;
    }
  }
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The commands of a package in this folder, by name: what npm links from `.bin` beside it. */
export function binsOf(folder: string): readonly (readonly [string, string])[] {
  const { bin = {} } = manifestOf(folder);
  return typeof bin === 'string' ? [[basename(folder), bin]] : Object.entries(bin);
}
