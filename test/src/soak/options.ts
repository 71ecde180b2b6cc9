import { parseArgs } from 'node:util';

export const usage = `npm run soak -- --minutes N [--seed N] [--only LOAD]… [--json]

Mixed load on the drivers of the packages and of the larger examples, in process and over vfio-user, half of it with
faults, and the programs of all examples; checks that memory, descriptors,
mappings and latency stay flat. Ends with a report: exit code 0 if it is clean, else 1.

  --minutes N   how long; 10 without it
  --seed N      of loads, data and faults; 20261121 without it
  --only LOAD   only this load, also several times
  --rounds N    ends after so many rounds, if that is earlier
  --first N     begins with this round: how to see a problem again
  --json        the report as JSON`;

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  readonly first: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** Throws TypeError for what is no such option, or no such number. */
export function parseOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: '20261121' },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      first: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    minutes: number('minutes', values.minutes, false),
    seed: number('seed', values.seed, true),
    only: values.only,
    rounds: values.rounds === undefined ? Infinity : number('rounds', values.rounds, true),
    first: number('first', values.first, true),
    json: values.json,
    help: values.help,
  };
}

function number(name: string, text: string, isWhole: boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0) || !Number.isFinite(value)) {
    throw new TypeError(`--${name} is a number, 0 or more, not "${text}"`);
  }
  if (isWhole && !Number.isSafeInteger(value)) {
    throw new TypeError(`--${name} is a whole number, not "${text}"`);
  }
  return value;
}
