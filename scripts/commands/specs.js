import { existsSync, statSync } from 'node:fs';
import { inRoot } from '../root.js';

/** Where the compiled tests are. Not in `.mocharc.json`: mocha adds those to the paths it is given. */
const all = [
  'packages/*/dist/**/*.test.js',
  'examples/*/dist/**/*.test.js',
  'test/dist/**/*.test.js',
  'test/guest/dist/**/*.test.js',
];

/**
 * Turns the arguments of `npm test` into mocha's. A source or a folder stands for the compiled tests
 * in it; without any, all tests run.
 *
 * @param {readonly string[]} args
 * @returns {string[]}
 */
export function mochaArguments(args) {
  const translated = args.map(compiled);
  return translated.some((arg) => arg.endsWith('.test.js')) ? translated : [...translated, ...all];
}

/**
 * The first argument that is neither an option, nor there, nor the value of an option before it.
 *
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function missingPath(args) {
  return args.find(
    (arg, index) =>
      !arg.startsWith('-') &&
      !/[*?]/.test(arg) &&
      args[index - 1]?.startsWith('-') !== true &&
      !existsSync(inRoot(arg)),
  );
}

/**
 * @param {string} arg
 * @returns {string}
 */
function compiled(arg) {
  const inDist = arg.replace(/\/$/, '').replace(/(^|\/)src(?=\/|$)/, '$1dist');
  if (arg.endsWith('.test.ts')) {
    return inDist.replace(/\.ts$/, '.js');
  }
  if (arg.startsWith('-') || !existsSync(inRoot(arg)) || !statSync(inRoot(arg)).isDirectory()) {
    return arg;
  }
  return /(?:^|\/)dist(?:\/|$)/.test(inDist)
    ? `${inDist}/**/*.test.js`
    : `${inDist}/dist/**/*.test.js`;
}
