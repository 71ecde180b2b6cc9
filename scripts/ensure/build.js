import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from '../child.js';
import { withLock } from '../lock.js';
import { inRoot, tools } from '../root.js';
import { say } from '../say.js';
import { pruneStaleOutput } from './prune.js';
import { readSources } from './signature.js';
import { builtWorkspaces } from './workspaces.js';

const stampPath = inRoot('node_modules/.mdevkit-build');

/**
 * Makes every `dist` what its `src` says; does nothing when it is. What the compiler has to say goes
 * to stderr.
 *
 * @returns {Promise<number>} 0, or the exit code of the compiler
 */
export async function ensureBuilt() {
  return isFresh(readSources().signature) ? 0 : build();
}

/** @returns {Promise<number>} */
function build() {
  return withLock(async () => {
    const sources = readSources();
    if (isFresh(sources.signature)) {
      return 0;
    }
    if (!existsSync(stampPath)) {
      say('building');
    }
    const args = isSeenByCompiler(sources) ? [] : ['--force'];
    rmSync(stampPath, { force: true });
    const code = await runNode([tools.tsc, '--build', ...args], { stdout: 'stderr' });
    pruneStaleOutput();
    if (code === 0) {
      writeFileSync(stampPath, sources.signature);
    }
    return code;
  });
}

/**
 * @param {string} signature
 * @returns {boolean}
 */
function isFresh(signature) {
  return (
    existsSync(stampPath) &&
    readFileSync(stampPath, 'utf8') === signature &&
    builtWorkspaces().every((folder) => existsSync(join(folder, 'dist/.tsbuildinfo')))
  );
}

/**
 * Whether the compiler will notice the change by itself. It compares times only, so it overlooks files that
 * came or went, or were put back, with a time before its last run: a restored archive, for example.
 *
 * @param {import('./signature.js').Sources} sources
 * @returns {boolean}
 */
function isSeenByCompiler({ signature, newest }) {
  if (!existsSync(stampPath)) {
    return false;
  }
  const [names] = readFileSync(stampPath, 'utf8').split('\n');
  return signature.startsWith(`${String(names)}\n`) && newest > statSync(stampPath).mtimeMs;
}
