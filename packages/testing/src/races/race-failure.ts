import { inspect } from 'node:util';

/** Where a race was found. */
export interface RaceFinding {
  readonly seed: number;
  /** For {@link RaceOptions.path}. */
  readonly path: string;
  /** The run that failed first, from 1. */
  readonly run: number;
  /** What happened in the shrunk run, in order: `actor: what`. */
  readonly interleaving: readonly string[];
}

/** A race, with all that is needed to see it again; `cause` is what the shrunk run threw. */
export class RaceFailure extends Error implements RaceFinding {
  override readonly name = 'RaceFailure';
  readonly seed: number;
  readonly path: string;
  readonly run: number;
  readonly interleaving: readonly string[];

  constructor({ seed, path, run, interleaving }: RaceFinding, cause: unknown) {
    const digits = String(interleaving.length).length;
    const steps = interleaving.map((step, at) => `  ${String(at + 1).padStart(digits)}. ${step}`);
    super(
      [
        `run ${run} is a race: ${cause instanceof Error ? cause.message : inspect(cause)}`,
        `again: { seed: ${seed}, path: '${path}' }`,
        'interleaving:',
        ...steps,
      ].join('\n'),
      { cause },
    );
    this.seed = seed;
    this.path = path;
    this.run = run;
    this.interleaving = interleaving;
  }
}
