import type { Context, Done, Hook, Runnable, Suite } from 'mocha';
import type { Holding } from './holding.js';
import { LeakCheck } from './leak-check.js';
import { Rejections } from './rejections.js';
import { leakError, rejectionError } from './report.js';

/*
 * The root hook plugin that `.mocharc.json` loads: every test of every package must give back what it
 * makes, its suite's `afterEach` hooks included; what a `before` hook makes, its suite must give back. Nor may it leave
 * a rejection that nobody handles.
 *
 * The root `afterEach` runs after those of the suites, because mocha runs them from the inside out.
 * A test that failed is not blamed for its leaks as well: it had no chance to clean up.
 */
const check = new LeakCheck();
const rejections = new Rejections();

function beforeAll(this: Context): void {
  forEachSuite(suiteOf(this.test), (suite) => {
    suite.beforeAll('leak check', () => {
      check.suiteBegan(suite);
    });
    suite.afterAll('leak check', function leakCheck(this: Context, done: Done): void {
      stopTimer(this.test);
      check.suiteEnded(suite, (leaked) => {
        done(mistake('the suite', leaked));
      });
    });
  });
  check.start();
  rejections.watch();
}

function afterEach(this: Context, done: Done): void {
  const { test, currentTest } = this;
  stopTimer(test);
  check.testEnded((leaked) => {
    const error = mistake('the test', leaked);
    if (error !== undefined && currentTest?.state !== 'failed') {
      failCurrentTest(test, error);
    }
    done();
  });
}

export const mochaHooks = { beforeAll, afterEach };

/** What the scope that ends here is to be blamed for. */
function mistake(scope: string, leaked: readonly Holding[]): Error | undefined {
  const rejected = rejections.take();
  if (rejected.length > 0) {
    return rejectionError(scope, rejected);
  }
  return leaked.length > 0 ? leakError(scope, leaked) : undefined;
}

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
