import { parseArgs } from 'node:util';

export interface Options {
  /** A file; the repository's own sources without it. */
  readonly input: string | undefined;
  /** Print one JSON object instead of the table. */
  readonly json: boolean;
  /** Run the jobs once and end. It is also what happens without the flag; a script says so plainly. */
  readonly once: boolean;
  /** Print how it is used, and nothing else. */
  readonly help: boolean;
}

export const usage = `usage: npm start -- [--input FILE] [--once] [--json]

Compresses FILE (the sources of this repository without it) through one mediated device, decompresses it through
another, and compares the digests. Then writes it to a flash disk through one context, reads it back through another,
and compares again. Then lets a device that has it as its firmware prove that, with certificates and signatures.

  --input FILE  a regular file
  --json        print one JSON object instead of the table
  --once        run once and end, which is also what happens without it
`;

/** Parses the command line. Throws a TypeError that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      input: { type: 'string' },
      json: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.input === '') {
    throw new TypeError('--input needs the name of a file');
  }
  return { input: values.input, json: values.json, once: values.once, help: values.help };
}
