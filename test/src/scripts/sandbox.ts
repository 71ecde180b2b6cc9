import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A compiler that notes each call in `calls`; more may be appended to what it does. */
const compiler = `
const { appendFileSync } = require('node:fs');
appendFileSync('calls', 'tsc ' + process.argv.slice(2).join(' ') + '\\n');
`;

/** An npm that notes each call in `calls`, and installs nothing. */
const npm = compiler.replace("'tsc '", "'npm '");

/**
 * A checkout in a temporary folder: the real scripts, one package and one example, and in place of the
 * compiler and of npm programs that only note that they were called.
 */
export class Sandbox implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mdevkit-scripts-'));

  constructor() {
    cpSync(join(root, 'scripts'), join(this.folder, 'scripts'), { recursive: true });
    this.write('package.json', JSON.stringify({ type: 'module' }));
    this.write('package-lock.json', JSON.stringify({ packages: locked }));
    this.write('node_modules/.package-lock.json', JSON.stringify({ packages: locked }));
    this.write('tsconfig.json', JSON.stringify({ references: [{ path: 'packages/a' }] }));
    this.write('packages/a/src/a.ts', '');
    this.write('packages/a/dist/.tsbuildinfo', '');
    this.writeCompiler('');
    this.write('npm/npm-cli.js', npm);
    this.write('npm/package.json', JSON.stringify({ type: 'commonjs' }));
  }

  write(path: string, text: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** Gives a file the time of an archive that it might come from. */
  age(path: string): void {
    utimesSync(join(this.folder, path), 1, 1);
  }

  /** Replaces the compiler by one that notes its call and then does `more`. */
  writeCompiler(more: string): void {
    this.write('node_modules/@typescript/native/bin/tsc', `${compiler}${more}`);
    this.write(
      'node_modules/@typescript/native/package.json',
      JSON.stringify({ type: 'commonjs' }),
    );
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  /** The calls of the compiler and of npm until now, in order. */
  calls(): string[] {
    return this.has('calls')
      ? readFileSync(join(this.folder, 'calls'), 'utf8').trimEnd().split('\n')
      : [];
  }

  /** `node scripts/run.js ARGS`, to its end. */
  run(...args: readonly string[]): Outcome {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, this.#command(args), {
      ...this.#options(),
      encoding: 'utf8',
    });
    return { status, signal, stdout, stderr };
  }

  /** As {@link run}, but only begun. */
  begin(...args: readonly string[]): ChildProcess {
    return spawn(process.execPath, this.#command(args), this.#options());
  }

  #command(args: readonly string[]): string[] {
    return [join(this.folder, 'scripts/run.js'), ...args];
  }

  #options(): { cwd: string; env: NodeJS.ProcessEnv } {
    const npmPath = join(this.folder, 'npm/npm-cli.js');
    return { cwd: this.folder, env: { ...process.env, npm_execpath: npmPath } };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

const locked = {
  '': { name: 'sandbox' },
  'node_modules/tool': { version: '1.0.0' },
  'packages/a': { version: '0.1.0' },
};
