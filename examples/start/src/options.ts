import { parseArgs } from 'node:util';

export interface Options {
  /** A file; the repository's own sources without it. */
  readonly input: string | undefined;
  /** Print one JSON object instead of the table. */
  readonly json: boolean;
  /** Run the job once and end. It is also what happens without the flag; a script says so plainly. */
  readonly once: boolean;
}

/** Parses the command line. Throws a TypeError that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      input: { type: 'string' },
      json: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
    },
  });
  return { input: values.input, json: values.json, once: values.once };
}
