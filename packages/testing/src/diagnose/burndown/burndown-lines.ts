import { hex, tableLines } from '../names/index.js';
import type { BurndownRow } from './row.js';

const head = ['count', 'kind', 'type', 'access', 'where', 'bytes', 'seen'];
/** Columns of numbers. */
const numbers = [0, 5];

/** A table, the most frequent first. */
export function burndownLines(rows: readonly BurndownRow[], beyond: number): string[] {
  if (rows.length === 0) {
    return ['burndown: everything that was touched is implemented'];
  }
  const lines = tableLines([head, ...rows.map(cells)], numbers);
  return beyond === 0 ? lines : [...lines, `and ${beyond} more that had no room`];
}

function cells(row: BurndownRow): readonly string[] {
  const { type, kind, access, where, near, width, count } = row;
  return [
    `${count}`,
    kind,
    type,
    access,
    near === undefined ? where : `${where} (${near})`,
    width === undefined ? '' : `${width}`,
    seen(row),
  ];
}

function seen({ firstWritten, sawZeros, reason, width = 0 }: BurndownRow): string {
  const parts = [
    firstWritten === undefined ? '' : `first ${hex(firstWritten, width)}`,
    sawZeros === undefined ? '' : sawZeros ? 'zeros' : 'not only zeros',
    reason ?? '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
