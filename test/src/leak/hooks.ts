import type { Context, Done, Hook, Runnable, Suite } from 'mocha';
import { LeakCheck } from './leak-check.js';
import { leakError } from './report.js';

/*
 * The root hook plugin that `.mocharc.json` loads: every test of every package must give back what it
 * makes, its suite's `afterEach` hooks included; what a `before` hook makes, its suite must give back.
 *
 * The root `afterEach` runs after those of the suites, because mocha runs them from the inside out.
 * A test that failed is not blamed for its leaks as well: it had no chance to clean up.
 */
const check = new LeakCheck();

function beforeAll(this: Context): void {
  forEachSuite(suiteOf(this.test), (suite) => {
    suite.beforeAll('leak check', () => {
      check.suiteBegan(suite);
    });
    suite.afterAll('leak check', function leakCheck(this: Context, done: Done): void {
      stopTimer(this.test);
      check.suiteEnded(suite, (leaked) => {
        done(leaked.length === 0 ? undefined : leakError('the suite', leaked));
      });
    });
  });
  check.start();
}

function afterEach(this: Context, done: Done): void {
  const { test, currentTest } = this;
  stopTimer(test);
  check.testEnded((leaked) => {
    if (leaked.length > 0 && currentTest?.state !== 'failed') {
      failCurrentTest(test, leakError('the test', leaked));
    }
    done();
  });
}

export const mochaHooks = { beforeAll, afterEach };

/**
 * Mocha times its hooks with a timer of the very kind that is looked for. It starts that of a hook
 * that takes a callback once, before the call; for a promise it would start another one later.
 */
function stopTimer(hook: Runnable | undefined): void {
  hook?.clearTimeout();
}

/** Unlike a hook that throws, this fails the one test, and the run goes on. */
function failCurrentTest(hook: Runnable | undefined, error: Error): void {
  (hook as Hook).error(error);
}

function suiteOf(hook: Runnable | undefined): Suite {
  if (hook?.parent === undefined) {
    throw new Error('a root hook without a suite');
  }
  return hook.parent;
}

function forEachSuite(suite: Suite, visit: (suite: Suite) => void): void {
  visit(suite);
  for (const child of suite.suites) {
    forEachSuite(child, visit);
  }
}
