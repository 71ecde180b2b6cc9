import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.js';
import { withFlock } from './flock.js';
import { type RootContents } from './make-root.js';

const contentsFile = 'lab.json';
const unfinished = '.unfinished';
const UNMOUNT_LIMIT_MS = 10_000;

/** What is written beside a complete root. */
export interface LabContents extends RootContents {
  readonly recipe: unknown;
}

/** What the lab in `folder` was made of; `undefined` if there is none: it is complete or absent. */
export async function labContents(folder: string): Promise<LabContents | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, contentsFile), 'utf8')) as LabContents;
  } catch {
    return undefined;
  }
}

/** Where the root of a lab is. */
export function rootIn(folder: string): string {
  return join(folder, 'root');
}

/**
 * Makes the lab `cache/stamp` with `make`, unless it is there. `make` works in a folder beside it, which
 * gets its name when all is done; one process at a time, and the next one finds it made.
 */
export async function makeOnce(
  cache: string,
  stamp: string,
  make: (root: string) => Promise<LabContents>,
): Promise<LabContents> {
  const folder = join(cache, stamp);
  await mkdir(cache, { recursive: true });
  return withFlock(join(cache, 'lock'), async () => {
    const made = await labContents(folder);
    if (made !== undefined) {
      return made;
    }
    await removeUnfinished(cache);
    const workshop = join(cache, `${stamp}${unfinished}`);
    await mkdir(workshop);
    const contents = await make(rootIn(workshop));
    await writeFile(join(workshop, contentsFile), `${JSON.stringify(contents, undefined, 2)}\n`);
    await rename(workshop, folder);
    return contents;
  });
}

/** What a process left that ended in the middle of its work: nobody works there, we have the lock. */
async function removeUnfinished(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.endsWith(unfinished)) {
      await unmountBelow(join(cache, name));
      await rm(join(cache, name), { recursive: true });
    }
  }
}

/** debootstrap mounts procfs and sysfs in the root while it works: they must not be walked through. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const inside = mounts
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of inside.reverse()) {
    await run({ file: 'umount', args: [place] }, UNMOUNT_LIMIT_MS);
  }
}
