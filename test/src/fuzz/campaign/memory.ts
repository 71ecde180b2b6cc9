import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** What this process holds. */
export interface Memory {
  /** Bytes of the heap and of array buffers. */
  readonly heap: number;
  /** Bytes of pages in memory that belong to no file and nobody else. */
  readonly native: number;
  /** Mappings, each of which the kernel has to remember. */
  readonly mappings: number;
}

/** Measures after a full collection. */
export async function measureMemory(): Promise<Memory> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    // What a WeakRef has led to is kept until the end of the job.
    await turnOfTheLoop();
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, kibibytes = '0'] = /^RssAnon:\s*(\d+)/m.exec(status) ?? [];
  return {
    heap: heapUsed + arrayBuffers,
    native: Number(kibibytes) * 1024,
    mappings: readFileSync('/proc/self/maps', 'utf8').split('\n').length,
  };
}

/** More than that is growth: a leak of a hundred bytes a message shows after a hundred thousand. */
const LIMITS: Memory = { heap: 8 * 2 ** 20, native: 48 * 2 ** 20, mappings: 100 };

/** What has grown beyond the limits, in words; undefined if nothing has. */
export function growth(before: Memory, now: Memory): string | undefined {
  const grown = (Object.keys(LIMITS) as (keyof Memory)[]).filter(
    (name) => now[name] - before[name] > LIMITS[name],
  );
  return grown.length === 0
    ? undefined
    : grown.map((name) => `${name} from ${before[name]} to ${now[name]}`).join(', ');
}
