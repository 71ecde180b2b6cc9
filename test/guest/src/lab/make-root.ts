import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, run } from './command.js';
import { LabError } from './lab-error.js';
import { newestKernel, recipe } from './recipe.js';

/** No step takes longer, unless the network is gone. */
const STEP_LIMIT_MS = 600_000;

const aptConfiguration = 'etc/apt/apt.conf.d';
const noQuestions = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };

/** Is told what happens, in one line. */
export type Say = (line: string) => unknown;

/** What a root was made of. */
export interface RootContents {
  /** The name of the folder in `lib/modules`. */
  readonly kernelVersion: string;
  /** `name version` of every package, as dpkg tells. */
  readonly packages: readonly string[];
}

/**
 * Makes a Debian root in `root`, which must not exist, with all that {@link recipe} names.
 *
 * @throws LabError when a step fails
 */
export async function makeRoot(root: string, say: Say): Promise<RootContents> {
  await haveDebootstrap(say);
  say(`Debian ${recipe.suite} from ${recipe.mirror}`);
  await step('debootstrap', '--variant=minbase', recipe.suite, root, recipe.mirror);
  await configureApt(root);
  await inRoot(root, 'apt-get', 'update');

  say(`${recipe.installed.join(', ')} from ${recipe.backports}`);
  const install = ['install', '--yes', '--no-install-recommends', '-t', recipe.backports];
  await inRoot(root, 'apt-get', ...install, ...recipe.installed);

  const kernelVersion = await chooseKernel(root);
  say(`Linux ${kernelVersion}`);
  const kernel = recipe.kernelPackages.map((name) => `${name}-${kernelVersion}`);
  await unpack(root, [...kernel, ...recipe.unpacked]);
  await inRoot(root, 'depmod', kernelVersion);

  const packages = await inRoot(root, 'dpkg-query', '-W', '-f=${Package} ${Version}\n');
  await tidy(root);
  return { kernelVersion, packages: packages.trimEnd().split('\n') };
}

async function haveDebootstrap(say: Say): Promise<void> {
  try {
    await step('debootstrap', '--version');
  } catch {
    say('debootstrap');
    await step('apt-get', 'update');
    await step('apt-get', 'install', '--yes', '--no-install-recommends', 'debootstrap');
  }
}

/** The root gets its packages the way the host does: by a proxy, by a mirror with an old date, … */
async function configureApt(root: string): Promise<void> {
  const sources = [recipe.suite, recipe.backports].map(
    (suite) => `deb ${recipe.mirror} ${suite} main\n`,
  );
  await writeFile(join(root, 'etc/apt/sources.list'), sources.join(''));
  const files = await readdir(join('/', aptConfiguration)).catch(() => []);
  for (const file of files.filter((name) => name.startsWith('99'))) {
    await copyFile(join('/', aptConfiguration, file), join(root, aptConfiguration, file));
  }
}

async function chooseKernel(root: string): Promise<string> {
  const names = await inRoot(root, 'apt-cache', 'pkgnames', 'linux-');
  const version = newestKernel(names.split('\n'), recipe.kernelSeries);
  if (version === undefined) {
    throw new LabError(`${recipe.backports} has no Linux ${recipe.kernelSeries} any more`);
  }
  return version;
}

/** Downloads packages and unpacks them, without their dependencies and scripts. */
async function unpack(root: string, packages: readonly string[]): Promise<void> {
  const folder = 'var/tmp/unpack';
  await mkdir(join(root, folder), { recursive: true });
  const script = 'cd "$1" && shift && apt-get -o APT::Sandbox::User=root download "$@"';
  await inRoot(root, 'sh', '-ec', script, 'sh', `/${folder}`, ...packages);
  for (const file of await readdir(join(root, folder))) {
    await inRoot(root, 'dpkg-deb', '-x', `/${folder}/${file}`, '/');
  }
  await rm(join(root, folder), { recursive: true });
}

async function tidy(root: string): Promise<void> {
  for (const path of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/locale']) {
    await rm(join(root, path), { recursive: true, force: true });
  }
}

function inRoot(root: string, ...command: readonly string[]): Promise<string> {
  return step('chroot', root, ...command);
}

async function step(file: string, ...args: readonly string[]): Promise<string> {
  const command: Command = { file, args, env: noQuestions };
  return (await run(command, STEP_LIMIT_MS)).toString();
}
