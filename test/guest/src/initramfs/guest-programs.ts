import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lab, run } from '../lab/index.js';
import { file, type CpioEntry } from './cpio.js';

const sources = join(import.meta.dirname, '../../programs');
const COMPILE_LIMIT_MS = 60_000;

/**
 * The programs `programs/NAME.c`, compiled, as `/usr/bin/NAME`. What was compiled is kept for as long as
 * its source does not change.
 */
export async function guestProgramEntries(
  lab: Lab,
  names: readonly string[],
): Promise<CpioEntry[]> {
  return Promise.all(
    names.map(async (name) => file(`usr/bin/${name}`, await compiled(lab, name), 0o755)),
  );
}

async function compiled(lab: Lab, name: string): Promise<Buffer> {
  const source = join(sources, `${name}.c`);
  const key = createHash('sha256')
    .update(lab.root)
    .update(await readFile(source));
  const program = join(lab.files, `${name}-${key.digest('hex').slice(0, 16)}`);
  try {
    return await readFile(program);
  } catch {
    const unfinished = `${program}.${randomUUID()}`;
    await run(lab.compiler([source], unfinished), COMPILE_LIMIT_MS);
    await rename(unfinished, program);
    return readFile(program);
  }
}
