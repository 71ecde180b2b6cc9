import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Lab } from '../lab/index.js';
import { cpioArchive, file, folder, foldersOf, type CpioEntry } from './cpio.js';
import { programEntries } from './dynamic-programs.js';
import { guestProgramEntries } from './guest-programs.js';
import { initFolders, initScript } from './init-script.js';
import { moduleEntries } from './modules.js';

/** What a guest has beside busybox, `lspci` and `setpci`. */
export interface InitramfsContents {
  /** Modules that `modprobe` finds, with what they need. */
  readonly modules?: readonly string[];
  /** Programs of the folder `programs`, by their name without `.c`. */
  readonly programs?: readonly string[];
  /** Programs of the lab, by their absolute paths in it, with the libraries that they need. */
  readonly labPrograms?: readonly string[];
}

const pciUtilities = ['/usr/bin/lspci', '/usr/bin/setpci'];
const pciNames = 'usr/share/misc/pci.ids';

/** Makes the initramfs of these contents, or finds the one made earlier, and gives its path. */
export async function initramfs(lab: Lab, contents: InitramfsContents): Promise<string> {
  const { modules = [], programs = [], labPrograms = [] } = contents;
  const own = await guestProgramEntries(lab, programs);
  const key = createHash('sha256').update(JSON.stringify([lab.root, lab.modules, initScript]));
  [modules, labPrograms].forEach((names) => key.update(JSON.stringify([...new Set(names)].sort())));
  own.forEach(({ path, data }) => key.update(path).update(data));
  const archive = join(lab.files, `initramfs-${key.digest('hex').slice(0, 16)}.cpio.gz`);
  if (!existsSync(archive)) {
    const entries = [
      ...(await fixedEntries(lab, labPrograms)),
      ...own,
      ...(await moduleEntries(lab, modules)),
    ];
    const unfinished = `${archive}.${randomUUID()}`;
    await writeFile(unfinished, gzipSync(cpioArchive(withFolders(entries)), { level: 1 }));
    await rename(unfinished, archive);
  }
  return archive;
}

async function fixedEntries(lab: Lab, labPrograms: readonly string[]): Promise<CpioEntry[]> {
  return [
    file('init', Buffer.from(initScript), 0o755),
    file('bin/busybox', await readFile(lab.busybox), 0o755),
    ...(await programEntries(lab, [...pciUtilities, ...labPrograms])),
    file(pciNames, await readFile(join(lab.root, pciNames))),
  ];
}

function withFolders(entries: readonly CpioEntry[]): CpioEntry[] {
  return [...initFolders.map(folder), ...foldersOf(entries.map(({ path }) => path)), ...entries];
}
