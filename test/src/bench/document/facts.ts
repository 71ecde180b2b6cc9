import { openLab, run, withArguments } from '@mdevkit/test-guest';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '../../../..');
const VERSION_MS = 10_000;

/** Where and with what was measured; nothing that names the machine. */
export interface Facts {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** What it is and which version. */
  readonly versions: readonly (readonly [name: string, version: string])[];
  /** YYYY-MM-DD. */
  readonly date: string;
}

/** Of this machine, now; `withQemu` if guests were measured. */
export async function gatherFacts(withQemu: boolean): Promise<Facts> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    versions: [
      ['mdevkit', await ownVersion()],
      ['Node.js', process.versions.node],
      [type(), /^[\d.]+/.exec(release())?.[0] ?? 'unknown'],
      ...(withQemu ? [['QEMU', await qemuVersion()] as const] : []),
    ],
    date: new Date().toISOString().slice(0, 10),
  };
}

async function ownVersion(): Promise<string> {
  const text = await readFile(join(ROOT, 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

async function qemuVersion(): Promise<string> {
  const { qemu } = await openLab();
  const said = await run(withArguments(qemu, '--version'), VERSION_MS);
  return /version (\S+)/.exec(said.toString())?.[1] ?? 'unknown';
}
