import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ConformanceCheck } from '../check.js';
import { runCheck } from '../run-check.js';
import { contractGroups } from './index.js';
import { defects, type Defect } from './specimen/defects.test-support.js';
import { plainHost } from './specimen/plain.test-support.js';
import { specimenHost } from './specimen/specimen.test-support.js';

const checks = contractGroups.flatMap((group) => group.checks);

function checkOf(id: string): ConformanceCheck {
  const check = checks.find((each) => each.id === id);
  if (check === undefined) {
    throw new Error(`there is no check ${id}`);
  }
  return check;
}

describe('the checks of the contract (own rule)', () => {
  it('have ids that are unique, kebab-case and begin with their group', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { name, checks: own } of contractGroups) {
      for (const { id } of own) {
        expect(id).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(id.startsWith(`${name}-`), id).to.equal(true);
      }
    }
  });

  it('name the source of their rule in their titles', () => {
    for (const { id, title } of checks) {
      expect(title, id).to.match(/\(.+\)|:.+/);
    }
  });

  it('are 300 and more, of which 150 and more apply to the simplest driver', async function counts() {
    this.timeout(60_000);
    const results = { passed: 0, skipped: 0, failed: 0 };
    for (const check of checks) {
      results[(await runCheck(check, plainHost)).result] += 1;
    }
    expect(results.failed).to.equal(0);
    expect(results.passed).to.be.at.least(150);
    expect(checks.length).to.be.at.least(300);
  });

  for (const { name, checks: own } of contractGroups) {
    it(`pass on a driver that does nothing wrong: ${name}`, async function passes() {
      this.timeout(60_000);
      const failed: string[] = [];
      for (const check of own) {
        const outcome = await runCheck(check, specimenHost());
        if (outcome.result === 'failed') {
          failed.push(`${check.id}: ${String(outcome.error)}`);
        }
      }
      expect(failed).to.deep.equal([]);
    });
  }

  for (const [defect, id] of Object.entries(defects)) {
    it(`notice a defect of a driver: ${defect}, by ${id}`, async function notices() {
      this.timeout(60_000);
      const outcome = await runCheck(checkOf(id), specimenHost(defect as Defect));
      expect(outcome.result).to.equal('failed');
      const sound = await runCheck(checkOf(id), specimenHost());
      expect(sound, 'the same check on a sound driver').to.deep.equal({ result: 'passed' });
    });
  }
});
