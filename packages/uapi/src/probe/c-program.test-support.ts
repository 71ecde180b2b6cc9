import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILER = 'cc';

/** Whether there is a C compiler to ask. */
export function haveCompiler(): boolean {
  return spawnSync(COMPILER, ['--version']).status === 0;
}

/**
 * Compiles and runs a C program in a directory of its own, which is gone afterwards.
 *
 * @param lines - statements of its main function
 * @returns the lines it prints
 * @throws Error with the compiler's words when it does not compile
 */
export function runC(includes: readonly string[], lines: readonly string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'uapi-probe-'));
  try {
    const source = join(directory, 'probe.c');
    const program = join(directory, 'probe');
    writeFileSync(
      source,
      [
        ...['<stddef.h>', '<stdio.h>', ...includes].map((include) => `#include ${include}`),
        'int main(void) {',
        ...lines,
        'return 0; }',
        '',
      ].join('\n'),
    );
    const compiled = spawnSync(COMPILER, ['-w', '-o', program, source], { encoding: 'utf8' });
    if (compiled.status !== 0) {
      throw new Error(`the probe does not compile:\n${compiled.stderr}`);
    }
    const run = spawnSync(program, { encoding: 'utf8' });
    if (run.status !== 0) {
      throw new Error(`the probe does not run:\n${run.stderr}`);
    }
    return run.stdout.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
