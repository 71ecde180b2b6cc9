import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LabError } from './lab-error.js';

/**
 * Runs `work` while no other process does so with the same lock file, waiting for its turn.
 *
 * The lock is held by `flock` of util-linux for as long as its standard input is open, that is, for
 * as long as this process lives and no longer.
 */
export async function withFlock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const closed = once(holder, 'close');
  // Writing the end to one that did not start.
  holder.stdin.on('error', () => undefined);
  try {
    const failed = closed.then(
      () => neverLocked(file),
      () => neverLocked(file),
    );
    await Promise.race([once(holder.stdout, 'data'), failed]);
    return await work();
  } finally {
    holder.stdin.end();
    holder.stdout.resume();
    await closed.catch(() => undefined);
  }
}

function neverLocked(file: string): never {
  throw new LabError(`flock could not lock ${file}`);
}
