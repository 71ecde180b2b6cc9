/** What a measure is compared to in the same run. */
export interface Baseline {
  /** What it does, as a table says it. */
  readonly what: string;
  /** Whether it runs code of this repository, too: such code gets slower in both, and the ratio does not tell. */
  readonly isOwn: boolean;
}

/** What a benchmark says that it measures. */
export interface Measure {
  readonly name: string;
  readonly against?: Baseline;
}

/** A measure without a baseline. */
export function alone(name: string): Measure {
  return { name };
}

/** A measure whose baseline is other people's code, or a bare loop. */
export function againstForeign(name: string, what: string): Measure {
  return { name, against: { what, isOwn: false } };
}

/** A measure whose baseline is code of this repository as well. */
export function againstOwn(name: string, what: string): Measure {
  return { name, against: { what, isOwn: true } };
}
