import Mocha from 'mocha';

const { Base } = Mocha.reporters;
const { constants } = Mocha.Runner;

/**
 * What `npm test` prints: a dot for each test at a terminal, then the names of skipped tests, the
 * failures, and as the very last line `N passed, N failed` (and `, N skipped` when there are any).
 *
 * A test that passed and is then found to leak counts as failed, once. A failed hook counts as one.
 */
export default class TestReporter extends Base {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {Set<Mocha.Runnable>} */
    const passed = new Set();
    /** @type {Set<Mocha.Runnable>} */
    const failed = new Set();
    /** @type {Set<Mocha.Test>} */
    const skipped = new Set();
    let column = 0;

    /** @param {string} mark */
    const progress = (mark) => {
      if (process.stdout.isTTY) {
        const width = Math.max(20, process.stdout.columns - 2);
        process.stdout.write(column % width === 0 ? `\n  ${mark}` : mark);
        column += 1;
      }
    };

    runner.on(constants.EVENT_TEST_PASS, (test) => {
      passed.add(test);
      progress('.');
    });
    runner.on(constants.EVENT_TEST_PENDING, (test) => {
      skipped.add(test);
      progress(',');
    });
    runner.on(constants.EVENT_TEST_FAIL, (runnable) => {
      passed.delete(runnable);
      failed.add(runnable);
      progress('!');
    });
    runner.once(constants.EVENT_RUN_END, () => {
      if (column > 0) {
        process.stdout.write('\n\n');
      }
      for (const test of skipped) {
        process.stdout.write(`skipped: ${test.fullTitle()}\n`);
      }
      if (this.failures.length > 0) {
        Base.list(this.failures);
        process.stdout.write('\n');
      }
      const seconds = ((this.stats.duration ?? 0) / 1000).toFixed(1);
      process.stdout.write(`${String(this.stats.suites)} suites, ${seconds} s\n`);
      process.stdout.write(`${summary(passed.size, failed.size, skipped.size)}\n`);
    });
  }
}

/**
 * @param {number} passed
 * @param {number} failed
 * @param {number} skipped
 * @returns {string}
 */
function summary(passed, failed, skipped) {
  const both = `${String(passed)} passed, ${String(failed)} failed`;
  return skipped === 0 ? both : `${both}, ${String(skipped)} skipped`;
}
