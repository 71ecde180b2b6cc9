import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runCheck } from '../run-check.js';
import { pciGroup } from './pci/index.js';
import { pciDefects, pciHost } from './specimen/pci-specimen.test-support.js';

describe('the checks of PCI functions (own rule)', () => {
  it('pass on a function that does nothing wrong', async function passes() {
    this.timeout(60_000);
    const failed: string[] = [];
    for (const check of pciGroup.checks) {
      const outcome = await runCheck(check, pciHost());
      if (outcome.result === 'failed') {
        failed.push(`${check.id}: ${String(outcome.error)}`);
      }
    }
    expect(failed).to.deep.equal([]);
  });

  for (const [name, defect] of Object.entries(pciDefects)) {
    it(`notice a defect of a function: ${name}, by ${defect.check}`, async function notices() {
      this.timeout(60_000);
      const check = pciGroup.checks.find(({ id }) => id === defect.check);
      if (check === undefined) {
        throw new Error(`there is no check ${defect.check}`);
      }
      expect((await runCheck(check, pciHost(defect))).result).to.equal('failed');
      expect(await runCheck(check, pciHost()), 'a sound function').to.deep.equal({
        result: 'passed',
      });
    });
  }
});
