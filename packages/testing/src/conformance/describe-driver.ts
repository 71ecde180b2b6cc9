import { describe, it } from 'mocha';
import { conformanceGroups } from './groups.js';
import type { ConformanceOptions, MakeHost } from './make-host.js';
import { runCheck } from './run-check.js';

/**
 * Declares the conformance kit for a driver, as mocha tests: one for each check. A check that does not apply to the device is
 * skipped.
 *
 * @example
 * describeDriverConformance('counter', async (options) => {
 *   const host = new MdevHost(options);
 *   await host.load(counterDriver);
 *   return host;
 * });
 */
export function describeDriverConformance(
  name: string,
  makeHost: MakeHost,
  options: ConformanceOptions = {},
): void {
  describe(`conformance of ${name}`, () => {
    for (const { name: group, checks } of conformanceGroups) {
      describe(group, () => {
        for (const check of checks) {
          it(`${check.id}: ${check.title}`, async function conforms() {
            const outcome = await runCheck(check, makeHost, options);
            if (outcome.result === 'failed') {
              throw outcome.error;
            }
            if (outcome.result === 'skipped') {
              this.skip();
            }
          });
        }
      });
    }
  });
}
