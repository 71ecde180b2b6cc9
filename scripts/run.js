#!/usr/bin/env node
/**
 * Every npm script: `node scripts/run.js COMMAND [arguments]`. Installs and builds first where that
 * is needed, and is silent where it is not.
 */
import './ensure/node-version.js';
import { say } from './say.js';

/** @typedef {(args: readonly string[]) => Promise<number>} Command */

/** @type {Record<string, () => Promise<Command>>} */
const commands = {
  bench: async () => (await import('./commands/bench.js')).bench,
  build: async () => (await import('./commands/build.js')).build,
  coverage: async () => (await import('./commands/coverage.js')).coverage,
  docs: async () => (await import('./commands/docs.js')).docs,
  example: async () => (await import('./commands/example.js')).example,
  fuzz: async () => (await import('./commands/fuzz.js')).fuzz,
  lint: async () => (await import('./commands/lint.js')).lint,
  recording: async () => (await import('./commands/recording.js')).recording,
  soak: async () => (await import('./commands/soak.js')).soak,
  start: async () => (await import('./commands/start.js')).start,
  test: async () => (await import('./commands/test.js')).test,
  'test-guest': async () => (await import('./commands/test-guest.js')).testGuest,
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (load === undefined) {
  say(`unknown command "${name}"; there are: ${Object.keys(commands).join(', ')}`);
  process.exitCode = 2;
} else {
  const command = await load();
  process.exitCode = await command(args);
}
