import { captureNode } from '../child.js';
import { ensureInstalled } from '../ensure/install.js';
import { lintSteps } from './lint-steps.js';

/**
 * `npm run lint`: every check of the sources, in order, one line each. A check that fails shows what
 * it found, and the others still run.
 *
 * @param {readonly string[]} args names of the steps to run; all when empty
 * @returns {Promise<number>}
 */
export async function lint(args) {
  const installed = await ensureInstalled();
  if (installed !== 0) {
    return installed;
  }
  const unknown = args.filter((arg) => !lintSteps.some(({ name }) => name === arg));
  if (unknown.length > 0) {
    process.stderr.write(`lint: there is no step ${unknown.join(', ')}\n`);
    return 2;
  }
  const steps = lintSteps.filter(({ name }) => args.length === 0 || args.includes(name));
  /** @type {string[]} */
  const failed = [];
  for (const { name, what, commands } of steps) {
    const started = performance.now();
    const output = await firstFailure(commands);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const verdict = output === undefined ? 'ok  ' : 'FAIL';
    process.stdout.write(`${name.padEnd(8)} ${verdict} ${seconds.padStart(5)} s  ${what}\n`);
    if (output !== undefined) {
      process.stdout.write(`${output.trimEnd()}\n\n`);
      failed.push(name);
    }
  }
  process.stdout.write(
    failed.length === 0 ? 'lint: all checks pass\n' : `lint: failed: ${failed.join(', ')}\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

/**
 * @param {readonly (readonly string[])[]} commands
 * @returns {Promise<string | undefined>} what the first failing one printed
 */
async function firstFailure(commands) {
  for (const command of commands) {
    const { code, output } = await captureNode(command);
    if (code !== 0) {
      return output;
    }
  }
  return undefined;
}
