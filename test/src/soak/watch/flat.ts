/** One quantity over a run: `at` in seconds since its begin. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** How much a quantity may grow over a whole run before it counts as growing: the larger of the two. */
export interface Allowance {
  readonly absolute: number;
  /** Of its level in the first half. */
  readonly relative: number;
}

export interface Flatness {
  /** Medians of the first and the last quarter after the warm-up. */
  readonly start: number;
  readonly end: number;
  /** Per minute. */
  readonly slope: number;
  /** What the slope makes of the time after the warm-up. */
  readonly growth: number;
  readonly allowed: number;
  /** Of too few samples nothing can be said. */
  readonly verdict: 'flat' | 'grows' | 'too short to tell';
}

/** What fills caches and pools, and compiles code: this part of a run, and so many seconds at the least. */
const WARM_UP = 0.2;
const WARM_UP_SECONDS = 120;
/** Below so many samples nothing can be said. */
const FEWEST = 5;

/**
 * Whether a quantity stays where it is. The slope is the median of those between all pairs of samples (Theil and Sen), which
 * single outliers cannot move; shrinking is flat.
 */
export function flatness(all: readonly Sample[], allowance: Allowance): Flatness {
  const last = all.at(-1)?.at ?? 0;
  const warm = Math.max(last * WARM_UP, WARM_UP_SECONDS);
  const warmed = all.filter(({ at }) => at >= warm);
  const isTold = warmed.length >= FEWEST;
  const samples = isTold ? warmed : all;
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const start = middle(samples.slice(0, quarter).map(({ value }) => value));
  const end = middle(samples.slice(-quarter).map(({ value }) => value));
  const span = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  const slope = slopeOf(samples);
  const growth = slope * span;
  const allowed = Math.max(allowance.absolute, allowance.relative * start);
  const verdict = !isTold ? 'too short to tell' : growth <= allowed ? 'flat' : 'grows';
  return { start, end, slope: slope * 60, growth, allowed, verdict };
}

function slopeOf(samples: readonly Sample[]): number {
  const slopes: number[] = [];
  samples.forEach((one, index) => {
    for (const other of samples.slice(index + 1)) {
      if (other.at > one.at) {
        slopes.push((other.value - one.value) / (other.at - one.at));
      }
    }
  });
  return middle(slopes);
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
