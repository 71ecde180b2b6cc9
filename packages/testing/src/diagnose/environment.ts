import type { Interposer } from '@mdevkit/core';
import { Burndown } from './burndown/index.js';
import { SpinWatchdog } from './spin/index.js';

/** What an environment asked for: interposers for a host, and what they have to say at the end. */
export interface Diagnostics {
  readonly interposers: readonly Interposer[];
  /** For people; empty if nothing was asked for. */
  readonly lines: () => string[];
}

/** Something that stands around mdevs and reports in lines. */
type Diagnosing = Interposer & { readonly lines: () => string[] };

const makers: ReadonlyMap<string, () => Diagnosing> = new Map<string, () => Diagnosing>([
  ['burndown', () => new Burndown()],
  ['spin', () => new SpinWatchdog()],
]);

/**
 * The diagnostics that the variable `DIAGNOSE` names: `burndown`, `spin`, or both with a comma; `1` is all of them. None
 * without it. Throws RangeError for another word.
 *
 * @example
 * const diagnostics = diagnosticsFromEnvironment(process.env);
 * await using host = new MdevHost({ interposers: diagnostics.interposers });
 * …
 * diagnostics.lines().forEach((line) => console.error(line));
 */
export function diagnosticsFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Diagnostics {
  const asked = env['DIAGNOSE'] ?? '';
  const words = asked === '1' ? [...makers.keys()] : asked.split(',').filter((word) => word !== '');
  const interposers = words.map((word) => {
    const make = makers.get(word);
    if (make === undefined) {
      const known = [...makers.keys()].join(', ');
      throw new RangeError(`DIAGNOSE is 1 or some of ${known}, not ${word}`);
    }
    return make();
  });
  return { interposers, lines: () => interposers.flatMap((interposer) => interposer.lines()) };
}
