import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { hostLab } from './host-lab.js';
import { LabError } from './lab-error.js';
import { type LabContents, labContents, makeOnce, rootIn } from './lab-folder.js';
import { type Lab } from './lab.js';
import { makeRoot, type Say } from './make-root.js';
import { recipe, recipeStamp } from './recipe.js';
import { rootedLab } from './rooted-lab.js';

/**
 * The lab: the host's own programs if `MDEVKIT_QEMU` and its sisters say so ({@link hostLab}), else the
 * one in `$MDEVKIT_LAB`, or in `mdevkit/lab` of the user's cache, which is made if it is absent. That
 * takes a minute and needs root; `say` is told what happens.
 *
 * @throws LabError if there is none and it cannot be made
 */
export async function openLab(say: Say = (): void => undefined): Promise<Lab> {
  const cache = cacheFolder();
  const files = await writableFolder(cache);
  return hostLab(process.env, files) ?? (await madeLab(cache, files, say));
}

async function madeLab(cache: string, files: string, say: Say): Promise<Lab> {
  const folder = join(cache, recipeStamp());
  const contents = (await labContents(folder)) ?? (await make(cache, say));
  return rootedLab(rootIn(folder), contents.kernelVersion, files);
}

async function make(cache: string, say: Say): Promise<LabContents> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0) {
    throw new LabError(
      `no guest lab in ${cache}: make it once as root on amd64 Linux, or set ` +
        'MDEVKIT_QEMU, MDEVKIT_KERNEL, MDEVKIT_MODULES and MDEVKIT_BUSYBOX',
    );
  }
  return makeOnce(cache, recipeStamp(), async (root) => {
    say(`making the guest lab in ${cache}`);
    return { recipe, ...(await makeRoot(root, say)) };
  });
}

function cacheFolder(): string {
  const { MDEVKIT_LAB: own = '', XDG_CACHE_HOME: cache = '' } = process.env;
  return own === '' ? join(cache === '' ? join(homedir(), '.cache') : cache, 'mdevkit/lab') : own;
}

/** A lab that somebody else made may be in a folder that we can only read. */
async function writableFolder(cache: string): Promise<string> {
  const inCache = join(cache, 'files');
  try {
    await mkdir(inCache, { recursive: true });
    await access(inCache, constants.W_OK);
    return inCache;
  } catch {
    const own = join(tmpdir(), `mdevkit-guest-files-${userInfo().uid}`);
    await mkdir(own, { recursive: true, mode: 0o700 });
    return own;
  }
}
