import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcome } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseFaultPlan } from './parse-plan.js';
import { randomPlan } from './random-plan.js';
import { readFaultPlan } from './read-plan.js';

const plan = {
  seed: 1,
  rules: [{ at: 'irq', when: { nth: 1 }, do: { fault: 'drop' } }],
} as const;

describe('readFaultPlan (own rule; docs/reference/fault-plans.md)', () => {
  it('takes JSON, or the path of a file with JSON', () => {
    const text = JSON.stringify(plan);
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-plan-'));
    try {
      writeFileSync(join(folder, 'plan.json'), text);
      expect(readFaultPlan(` ${text}\n`)).to.deep.equal(plan);
      expect(readFaultPlan('plan.json', folder)).to.deep.equal(plan);
      expect(readFaultPlan(join(folder, 'plan.json'))).to.deep.equal(plan);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes a seed, for a plan that is random and always the same', () => {
    expect(readFaultPlan('seed:7')).to.deep.equal(randomPlan(7));
    expect(randomPlan(7)).to.deep.equal(randomPlan(7));
    expect(randomPlan(7)).to.not.deep.equal(randomPlan(8));
  });

  it('draws only plans that are well formed', () => {
    for (let seed = 0; seed < 200; seed++) {
      const drawn = randomPlan(seed);
      expect(parseFaultPlan(drawn)).to.deep.equal(drawn);
      expect(drawn.rules).to.have.lengthOf(4);
    }
  });

  for (const text of ['{', '{}', 'seed:', 'seed:-1', 'seed:4294967296', '/nowhere/plan.json', '']) {
    it(`refuses ${JSON.stringify(text)} with fault.plan`, () => {
      expect(outcome(() => readFaultPlan(text))).to.equal('EINVAL fault.plan');
    });
  }
});
