import type { MdevError } from '@mdevkit/core';

/** A round that ended as none may. */
export interface Problem {
  readonly load: string;
  readonly way: string;
  readonly faults: string;
  readonly round: number;
  readonly error: string;
}

/** What was done, by load and way. */
export interface LoadTally {
  rounds: number;
  /** Rounds that ended with an error that its faults explain. */
  refused: number;
  givenUp: number;
  readonly done: Map<string, number>;
}

/** Counts what rounds come to. */
export class Tally {
  readonly loads = new Map<string, LoadTally>();
  /** By `CODE reason`. */
  readonly errors = new Map<string, number>();
  /** Injected, by kind. */
  readonly faults = new Map<string, number>();
  readonly problems: Problem[] = [];

  of(load: string, way: string): LoadTally {
    const key = `${load}, ${way}`;
    const found = this.loads.get(key) ?? { rounds: 0, refused: 0, givenUp: 0, done: new Map() };
    this.loads.set(key, found);
    return found;
  }

  error(error: MdevError): void {
    add(this.errors, `${error.code} ${error.reason}`);
  }

  fault(kind: string): void {
    add(this.faults, kind);
  }
}

export function add(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
