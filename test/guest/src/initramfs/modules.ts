import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Lab, run, withArguments } from '../lab/index.js';
import { file, type CpioEntry } from './cpio.js';
import { ModulesDep, withoutCompression } from './modules-dep.js';

const STEP_LIMIT_MS = 30_000;

/** What depmod wants to know beside the modules: what is built in, and the order of all. */
const kernelLists = ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'];

/**
 * Modules of the lab's kernel with all that they need, decompressed, and the lists by which `modprobe` of
 * the guest finds them, by their names and by the devices that they drive.
 *
 * @throws RangeError if the kernel has no module of one of the names
 */
export async function moduleEntries(lab: Lab, names: readonly string[]): Promise<CpioEntry[]> {
  const dependencies = new ModulesDep(await readFile(join(lab.modules, 'modules.dep'), 'utf8'));
  const paths = dependencies.closure(names);
  const version = basename(lab.modules);
  const stage = await mkdtemp(join(lab.files, 'modules-'));
  const folder = `lib/modules/${version}`;
  try {
    const staged = join(stage, folder);
    await mkdir(staged, { recursive: true });
    for (const list of kernelLists) {
      await cp(join(lab.modules, list), join(staged, list));
    }
    const entries: CpioEntry[] = [];
    for (const path of paths) {
      const module = withoutCompression(path);
      const data = await decompressed(lab, path);
      await mkdir(dirname(join(staged, module)), { recursive: true });
      await writeFile(join(staged, module), data);
      entries.push(file(`${folder}/${module}`, data));
    }
    const depmod = lab.tool('/usr/sbin/depmod');
    await run(withArguments(depmod, '-b', stage, version), STEP_LIMIT_MS);
    for (const list of (await readdir(staged)).filter((name) => name.startsWith('modules.'))) {
      entries.push(file(`${folder}/${list}`, await readFile(join(staged, list))));
    }
    return entries;
  } finally {
    await rm(stage, { recursive: true });
  }
}

async function decompressed(lab: Lab, path: string): Promise<Buffer> {
  const source = join(lab.modules, path);
  switch (path.slice(path.lastIndexOf('.'))) {
    case '.xz':
      return run(withArguments(lab.tool('/usr/bin/xz'), '-dc', source), STEP_LIMIT_MS);
    case '.zst':
      return run(withArguments(lab.tool('/usr/bin/zstd'), '-dcq', source), STEP_LIMIT_MS);
    case '.gz':
      return gunzipSync(await readFile(source));
    default:
      return readFile(source);
  }
}
