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
      for (const line of skippedLines(skipped)) {
        process.stdout.write(`skipped: ${line}\n`);
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

/** Tests of one suite that are told by their number when they are skipped. */
const MANY = 20;

/**
 * The skipped tests by name; those of a suite that skips many, such as a kit of which a part applies, by their number.
 *
 * @param {ReadonlySet<Mocha.Test>} skipped
 * @returns {string[]}
 */
function skippedLines(skipped) {
  /** @type {Map<string, Mocha.Test[]>} */
  const suites = new Map();
  for (const test of skipped) {
    const [suite = ''] = test.titlePath();
    suites.set(suite, [...(suites.get(suite) ?? []), test]);
  }
  return [...suites].flatMap(([suite, tests]) =>
    tests.length > MANY
      ? [`${String(tests.length)} of "${suite}"`]
      : tests.map((test) => test.fullTitle()),
  );
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
