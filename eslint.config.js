import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = [
  '**/*.test.ts',
  '**/*.test.*.ts',
  '**/*.test-support.ts',
  'test/src/**',
  'test/guest/src/**',
];

/** What the core is given (a clock, a transport) and must not fetch from the platform. */
const platformGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'process',
  'fetch',
  'console',
].map((name) => ({ name, message: 'The core has no I/O and no time of its own: inject it.' }));

const platformModules =
  '^node:(?:child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|os|perf_hooks|process|readline|repl|timers|tls|tty|worker_threads)(?:/|$)';

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', 'coverage/', 'docs/api/', '**/.*/'] },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts', 'scripts/**/*.js'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A number in a message is what it looks like.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // mocha's functions, and reporters, take arrow functions that forward a void call.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `using _ = …` keeps something for its scope, and `for await (const _ of …)` drains something.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreUsingDeclarations: true, varsIgnorePattern: '^_$' },
      ],
      // An async method without await turns a synchronous throw into a rejection, as its interface says.
      '@typescript-eslint/require-await': 'off',
      // Empty bodies are how a no-op default implementation of an interface looks.
      '@typescript-eslint/no-empty-function': 'off',
      // Decorated classes are named by their container, and a driver may be a class without state.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message:
            'Named exports only; a default export is the mark of a driver module (module.ts).',
        },
        {
          selector: 'TSEnumDeclaration',
          message: 'A frozen object with a union of its values serves as well, and can be erased.',
        },
      ],
    },
  },
  {
    // The two kinds of file that somebody else loads by their default export.
    files: ['**/module.ts', 'scripts/test-reporter.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: [...tests, 'packages/core/src/clock/system-clock.ts'],
    rules: {
      'no-restricted-globals': ['error', ...platformGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Ask the injected Clock.' },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: platformModules, message: 'The core does no I/O: inject it.' }] },
      ],
    },
  },
  {
    // The uapi is numbers and layouts; only what writes its documentation does I/O.
    files: ['packages/uapi/src/**/*.ts'],
    ignores: [...tests, 'packages/uapi/src/docs/**', '**/write-docs.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^node:', message: 'The uapi is numbers and layouts only.' }] },
      ],
    },
  },
  {
    files: tests,
    rules: {
      // chai asserts by reading a property: `expect(x).to.be.true`.
      '@typescript-eslint/no-unused-expressions': 'off',
      // A test says by `!` that the line before has asserted it; a wrong one fails the test.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // JSDoc gives these files their types; rules that read the syntax do not see return types and casts.
    files: ['scripts/**/*.js'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
