import { runNode } from '../child.js';
import { ensureReady } from '../ensure/ready.js';
import { inRoot, tools } from '../root.js';

const cases = 'test/guest/dist/**/*.guest.js';

/**
 * `npm run test:guest`: what needs a stock QEMU and stock Linux guests, in a lab that is made on the first run.
 * Options and compiled specs go to mocha.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function testGuest(args) {
  const ready = await ensureReady();
  if (ready !== 0) {
    return ready;
  }
  const lab = await runNode([inRoot('test/guest/dist/lab/main.js')], { stdout: 'stderr' });
  if (lab !== 0) {
    return lab;
  }
  const specs = args.some((arg) => arg.endsWith('.guest.js')) ? args : [...args, cases];
  return runNode([tools.mocha, '--fail-zero', '--timeout=120000', ...specs]);
}
