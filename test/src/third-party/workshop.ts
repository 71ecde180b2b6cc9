import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { binsOf, closure } from './closure.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const fixture = join(repository, 'test', 'src', 'third-party', 'fixture');

/** What an author of drivers installs, and what that needs. */
const published = ['uapi', 'core', 'linux', 'control', 'pci', 'vfio-user', 'testing'];
const peers = ['mocha', 'chai'];

/** What mocha says of a run. */
export interface MochaReport {
  readonly stats: {
    readonly passes: number;
    readonly pending: number;
    readonly failures: number;
  };
  readonly failures: readonly { readonly fullTitle: string }[];
}

/**
 * A folder outside of the repository, in which somebody else's driver and the packages of this repository are installed from
 * tarballs. What third parties publish is copied from the repository, so that no registry is asked.
 */
export class Workshop implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Workshop> {
    const workshop = new Workshop(await mkdtemp(join(tmpdir(), 'mdevkit-workshop-')));
    try {
      await workshop.#install();
    } catch (error) {
      await workshop[Symbol.asyncDispose]();
      throw error;
    }
    return workshop;
  }

  /** Runs the driver's own spec. */
  async test(...options: readonly string[]): Promise<MochaReport> {
    const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
    const args = [mocha, '--reporter', 'json', '--timeout', '20000', ...options, 'lamp.spec.js'];
    const { output } = await run(process.execPath, args, this.path);
    return JSON.parse(output.slice(output.indexOf('{'))) as MochaReport;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async #install(): Promise<void> {
    const tarballs = join(this.path, 'tarballs');
    await mkdir(tarballs);
    const sources = [
      ...published.map((name) => join(repository, 'packages', name)),
      join(fixture, 'acme-mdev-lamp'),
    ];
    await npm(['pack', '--ignore-scripts', '--pack-destination', tarballs, ...sources], this.path);
    const needed = [...published.map((name) => `@mdevkit/${name}`), ...peers];
    for (const folder of closure(repository, needed)) {
      await this.#copy(folder);
    }
    await cp(join(fixture, 'bench'), this.path, { recursive: true });
    await this.#writeManifest(tarballs);
    await npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], this.path);
  }

  /** With links to its commands: npm asks its registry for a package that lacks them. */
  async #copy(folder: string): Promise<void> {
    const target = join(this.path, folder);
    await cp(join(repository, folder), target, { recursive: true });
    const bins = join(target.slice(0, target.lastIndexOf('node_modules')), 'node_modules', '.bin');
    for (const [name, file] of binsOf(target)) {
      await mkdir(bins, { recursive: true });
      await rm(join(bins, name), { force: true });
      await symlink(relative(bins, join(target, file)), join(bins, name));
    }
  }

  async #writeManifest(tarballs: string): Promise<void> {
    const files = await readdir(tarballs);
    const names = [...published.map((name) => `@mdevkit/${name}`), 'acme-mdev-lamp'];
    const dependencies = Object.fromEntries([
      ...names.map((name) => [name, `file:tarballs/${tarballOf(name, files)}`] as const),
      ...peers.map((name) => [name, '*'] as const),
    ]);
    const manifest = { name: 'workshop', private: true, type: 'module', dependencies };
    await writeFile(join(this.path, 'package.json'), JSON.stringify(manifest));
  }
}

/** As npm names it. */
export function tarballOf(name: string, files: readonly string[]): string {
  const start = `${name.replace('@', '').replace('/', '-')}-`;
  const file = files.find((each) => each.startsWith(start) && /^\d/.test(each.slice(start.length)));
  if (file === undefined) {
    throw new Error(`npm made no tarball of ${name}`);
  }
  return file;
}

export async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { code, output, errors } = await run('npm', args, cwd);
  if (code !== 0) {
    throw new Error(`npm ${args[0] ?? ''} failed:\n${output}\n${errors}`);
  }
}

export interface Run {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly output: string;
  readonly errors: string;
}

export async function run(program: string, args: readonly string[], cwd: string): Promise<Run> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode ?? undefined, output, errors };
}
