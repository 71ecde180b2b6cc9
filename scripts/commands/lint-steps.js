import { inRoot, tools } from '../root.js';

/** @typedef {{ name: string, what: string, commands: readonly (readonly string[])[] }} LintStep */

/**
 * The checks, in the order in which they run. `floors` needs the result of `types`: it follows a
 * package's name to what its `exports` point at.
 *
 * @type {readonly LintStep[]}
 */
export const lintSteps = [
  {
    name: 'types',
    what: 'the compiler, on all sources and on the scripts',
    commands: [
      [inRoot('scripts/run.js'), 'build'],
      [tools.tsc, '--project', 'scripts'],
    ],
  },
  {
    name: 'eslint',
    what: 'typescript-eslint, strict and typed, and the rules of the house',
    commands: [[tools.eslint, '--max-warnings=0', '.']],
  },
  {
    name: 'prettier',
    what: 'the layout of every file',
    commands: [[tools.prettier, '--check', '--log-level=warn', '.']],
  },
  {
    name: 'floors',
    what: 'who may import whom (.dependency-cruiser.cjs)',
    commands: [
      [
        tools.depcruise,
        '--config=.dependency-cruiser.cjs',
        '--output-type=err-long',
        'packages/*/src',
        'examples/*/src',
        'test/src',
        'test/guest/src',
      ],
    ],
  },
];
