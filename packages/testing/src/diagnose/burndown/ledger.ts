import type { BurndownFinding, BurndownRow } from './row.js';

/** Rows at the most, so that a hostile client cannot fill the memory. */
const MOST_ROWS = 10_000;

/** Findings, counted: those of one place and one kind are one row. */
export class Ledger {
  readonly #rows = new Map<string, BurndownRow>();
  #beyond = 0;

  /** Findings that had no room. */
  get beyond(): number {
    return this.#beyond;
  }

  add(finding: BurndownFinding): void {
    const { type, kind, access, where, offset, width } = finding;
    const key = [type, kind, access, where, offset ?? '', width ?? ''].join('\n');
    const row = this.#rows.get(key);
    if (row === undefined && this.#rows.size >= MOST_ROWS) {
      this.#beyond += 1;
      return;
    }
    this.#rows.set(key, row === undefined ? { ...finding, count: 1 } : counted(row, finding));
  }

  /** The most frequent first; equal ones in the order in which they appeared. */
  rows(): readonly BurndownRow[] {
    return [...this.#rows.values()].sort((a, b) => b.count - a.count);
  }

  clear(): void {
    this.#rows.clear();
    this.#beyond = 0;
  }
}

function counted(row: BurndownRow, { sawZeros }: BurndownFinding): BurndownRow {
  return {
    ...row,
    count: row.count + 1,
    ...(sawZeros === undefined ? {} : { sawZeros: sawZeros && row.sawZeros === true }),
  };
}
