import { runNode, runProgram } from '../child.js';
import { withLock } from '../lock.js';
import { say } from '../say.js';
import { isInstalled, matchesRecordOfNpm, stampInstalled } from './installed.js';

/**
 * Makes `node_modules` hold exactly what `package-lock.json` says; does nothing when it does.
 *
 * @returns {Promise<number>} 0, or the exit code of npm
 */
export async function ensureInstalled() {
  if (isInstalled()) {
    return 0;
  }
  return withLock(async () => {
    if (isInstalled()) {
      return 0;
    }
    if (!matchesRecordOfNpm()) {
      say('installing dependencies (once, about 30 s)');
      const code = await npm([
        'ci',
        '--include=dev',
        '--loglevel=error',
        '--no-audit',
        '--no-fund',
      ]);
      if (code !== 0) {
        say(`"npm ci" failed with exit code ${String(code)}; npm says why above`);
        return code;
      }
    }
    stampInstalled();
    return 0;
  });
}

/**
 * Runs the npm that runs us, or else the one on the path.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
async function npm(args) {
  const own = process.env['npm_execpath'];
  if (own?.endsWith('npm-cli.js') === true) {
    return runNode([own, ...args], { stdout: 'stderr' });
  }
  try {
    return await runProgram('npm', args, { stdout: 'stderr' });
  } catch (error) {
    say(`npm cannot be run: ${error instanceof Error ? error.message : String(error)}`);
    return 127;
  }
}
