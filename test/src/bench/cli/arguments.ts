import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface BenchArguments {
  readonly help: boolean;
  readonly json: boolean;
  /** Beginning of the names of benchmarks or measures; '' for all. */
  readonly only: string;
  /** A former output of `json`. */
  readonly compare?: string;
  /** The SVG to write. */
  readonly plot?: string;
  /** Whether to write docs/performance.md and docs/performance.svg. */
  readonly document: boolean;
}

/** Where the curves go if `--plot` names no file. */
export const DEFAULT_PLOT = 'scaling.svg';

export const HELP = `npm run bench -- [options]

  --only PREFIX     only benchmarks or measures whose names begin so; scaling has the points of the curves
  --json            an array of {name, unit, median, p99, n, baseline, ratio} instead of the table (ns, B, /s)
  --compare FILE    what changed since a run whose --json is in FILE
  --plot [FILE]     also measures the scaling curves, and writes them as SVG (${DEFAULT_PLOT})
  --document        measures everything and writes docs/performance.md and docs/performance.svg
  --help            this text
`;

/** @throws Error with a sentence for the user */
export function parseArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: withPlotFile(args),
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      compare: { type: 'string' },
      plot: { type: 'string' },
      document: { type: 'boolean', default: false },
    },
  });
  const { compare, plot, ...rest } = values;
  if (rest.document && rest.only !== '') {
    throw new Error('--document is of a whole run: it takes no --only');
  }
  return {
    ...rest,
    ...(compare === undefined ? {} : { compare }),
    ...(plot === undefined ? {} : { plot }),
  };
}

/** An option of parseArgs has a value or has none. */
function withPlotFile(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const next = args[index + 1] ?? '--';
    return arg === '--plot' && next.startsWith('--') ? [arg, DEFAULT_PLOT] : [arg];
  });
}
