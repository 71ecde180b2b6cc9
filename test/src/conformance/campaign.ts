import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Caught, Tally } from './hunt.js';

/** Processes that share the mutants. */
const PROCESSES = 2;

/** What the kit says of all mutants, and of the two specimens without a defect. */
export interface Campaign {
  readonly specimens: ReadonlyMap<string, Tally>;
  readonly mutants: ReadonlyMap<string, Caught>;
}

type Line = ({ readonly specimen: string } & Tally) | ({ readonly name: string } & Caught);

/** Runs the kit over everything; `fresh` forgets what caught each mutant the last time. */
export async function runCampaign({ fresh = false } = {}): Promise<Campaign> {
  const parts = Array.from({ length: PROCESSES }, (_, part) => runPart(part, fresh));
  const lines = (await Promise.all(parts)).flat();
  const specimens = new Map<string, Tally>();
  const mutants = new Map<string, Caught>();
  for (const line of lines) {
    if ('specimen' in line) {
      specimens.set(line.specimen, line);
    } else {
      mutants.set(line.name, line);
    }
  }
  return { specimens, mutants };
}

export async function runPart(part: number, fresh: boolean): Promise<readonly Line[]> {
  const main = fileURLToPath(new URL('hunt-main.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, String(part), String(PROCESSES), fresh ? 'fresh' : 'known'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
