import { readFileSync } from 'node:fs';

/**
 * Names a living process so that a later one with the same number is not taken for it: its number and,
 * where Linux tells it, its start time (field 22 of `/proc/PID/stat`, proc(5)).
 *
 * @param {number} pid
 * @returns {string | undefined} `undefined` when no such process lives
 */
export function processIdentity(pid) {
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) {
      return undefined;
    }
  }
  return `${String(pid)} ${startTime(pid)}`;
}

/**
 * @param {number} pid
 * @returns {string}
 */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName[19] ?? '-';
  } catch {
    return '-';
  }
}
