import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const repository: string = fileURLToPath(new URL('../../../', import.meta.url));

/** How many checks a driver runs, and how many do not apply to it. */
export interface DriverCount {
  readonly driver: string;
  readonly run: number;
  readonly skipped: number;
}

/** The folders of packages and examples, relative to the repository. */
export function projectFolders(): readonly string[] {
  return ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(repository, folder)).map((name) => join(folder, name)),
  );
}

/** The sources of a folder, relative to the repository. */
export function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(repository, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, 'src', file));
}

/** Every `conformance.test.ts` of packages and examples, relative to the repository. */
export function conformanceTests(): readonly string[] {
  return projectFolders().flatMap((folder) => sourcesOf(folder).filter(isConformanceTest));
}

export function isConformanceTest(file: string): boolean {
  return file.endsWith('/conformance.test.ts');
}

/** Whether a source that is no test makes a driver for others to load. */
export function makesDriver(file: string): boolean {
  const isTest = /\.(test|test-support)\.ts$/.test(file);
  const makes = /\bdefineDriver\(|\bbind(<MediatingDriver>)?\(MediatingDriver\)/;
  return !isTest && makes.test(readFileSync(join(repository, file), 'utf8'));
}

interface Title {
  readonly fullTitle: string;
}

export interface Report {
  readonly passes: readonly Title[];
  readonly pending: readonly Title[];
  readonly failures: readonly Title[];
}

/** Runs the tests of all drivers, and counts. Throws if a driver fails. */
export async function countDrivers(): Promise<readonly DriverCount[]> {
  const counts: DriverCount[] = [];
  for (const file of conformanceTests()) {
    const { passes, pending, failures } = await report([file]);
    if (failures.length > 0) {
      throw new Error(`${file} fails: ${failures.map(({ fullTitle }) => fullTitle).join('\n')}`);
    }
    const [run, skipped] = [byDriver(passes), byDriver(pending)];
    for (const driver of new Set([...run.keys(), ...skipped.keys()])) {
      counts.push({ driver, run: run.get(driver) ?? 0, skipped: skipped.get(driver) ?? 0 });
    }
  }
  return counts.sort((a, b) => a.driver.localeCompare(b.driver));
}

/** Names have no spaces; whatever a test says of a driver begins with its suite. */
function byDriver(titles: readonly Title[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { fullTitle } of titles) {
    const driver = /^conformance of (\S+) /.exec(fullTitle)?.[1];
    if (driver !== undefined) {
      counts.set(driver, (counts.get(driver) ?? 0) + 1);
    }
  }
  return counts;
}

/** What mocha says of tests; with `dryRun` they are not run, and only their titles are there. */
export async function report(files: readonly string[], { dryRun = false } = {}): Promise<Report> {
  const built = files.map((file) => file.replace('/src/', '/dist/').replace(/ts$/, 'js'));
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
  const how = ['--no-config', '--reporter', 'json', ...(dryRun ? ['--dry-run'] : [])];
  const child = spawn(process.execPath, [mocha, ...how, ...built], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(output.slice(output.indexOf('{'))) as Report;
}

/** The drivers that tests describe, in order, without running them. */
export async function driversIn(files: readonly string[]): Promise<readonly string[]> {
  const { passes, pending } = await report(files, { dryRun: true });
  const names = byDriver([...passes, ...pending]).keys();
  return [...names].sort((a, b) => a.localeCompare(b));
}
