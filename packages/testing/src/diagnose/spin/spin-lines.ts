import { hex } from '../names/index.js';
import type { Spin, SpinRead, SpinWrite } from './spin.js';

/** One line for a spin: what is read, how often, how long, and what was written before. */
export function spinLine({ type, reads, count, ms, lastWrite }: Spin): string {
  const loop = reads.map(readText).join(', then ');
  const before =
    lastWrite === undefined ? 'nothing written before' : `after ${writeText(lastWrite)}`;
  return `${type} spins: ${loop}; ${count} times in ${rounded(ms)} ms, ${before}`;
}

function readText({ where, value, width, fields }: SpinRead): string {
  const number = `${where} reads ${hex(value, Math.min(width, 8))}`;
  return fields === '' ? number : `${number} (${fields})`;
}

function writeText({ where, value }: SpinWrite): string {
  return `${where} = ${hex(value)}`;
}

/** To a microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
