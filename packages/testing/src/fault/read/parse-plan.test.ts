import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { FaultAction } from '../plan.js';
import { callPoints, faultsAt, fitsAt } from '../table/index.js';
import { parseFaultPlan } from './parse-plan.js';

const good = { at: 'irq', when: { nth: 1 }, do: { fault: 'drop' } };

/** Where the plan is wrong, as the error tells. */
function wrongAt(value: unknown): unknown {
  try {
    parseFaultPlan(value);
    return 'nothing';
  } catch (error) {
    return MdevError.is(error) && error.reason === 'fault.plan' ? error.details['at'] : error;
  }
}

function withRule(rule: object): unknown {
  return wrongAt({ seed: 1, rules: [good, { ...good, ...rule }] });
}

/** One of each, as a plan may have it. */
const actions: Readonly<Record<FaultAction['fault'], FaultAction>> = {
  fail: { fault: 'fail', errno: 'ENODEV' },
  drop: { fault: 'drop' },
  duplicate: { fault: 'duplicate' },
  remove: { fault: 'remove' },
  delay: { fault: 'delay', ms: 1 },
  stall: { fault: 'stall', ms: 1 },
  'clock-jump': { fault: 'clock-jump', ms: 1.5 },
  corrupt: { fault: 'corrupt', bits: 2 },
  shorten: { fault: 'shorten', to: 0 },
  'link-down': { fault: 'link-down', ms: 3 },
  'memory-pressure': { fault: 'memory-pressure', calls: 2 },
};

describe('parseFaultPlan (own rule; docs/reference/fault-plans.md)', () => {
  it('gives back what it accepts', () => {
    const plan = {
      seed: 2 ** 32 - 1,
      rules: [
        good,
        { ...good, where: { index: 0, subindex: 3, type: 'a-b' }, when: { every: 2, times: 3 } },
        { at: 'any', when: { probability: 0.5 }, do: { fault: 'fail' } },
        {
          at: 'model.write',
          where: { region: 0, offset: 4, length: 4 },
          when: { nth: 1 },
          do: { fault: 'fail' },
        },
      ],
    };
    expect(parseFaultPlan(JSON.parse(JSON.stringify(plan)))).to.deep.equal(plan);
  });

  for (const point of callPoints) {
    it(`row: ${point}: takes the actions that fit, and no other`, () => {
      for (const action of Object.values(actions)) {
        const fits = faultsAt(point).has(action.fault);
        expect([action.fault, withRule({ at: point, do: action })]).to.deep.equal([
          action.fault,
          fits ? 'nothing' : 'rules[1].do.fault',
        ]);
        expect(fitsAt('any', action.fault)).to.equal(true);
      }
    });
  }

  for (const [rule, at] of [
    [{ at: 'dma.maybe' }, 'rules[1].at'],
    [{ at: 'toString' }, 'rules[1].at'],
    [{ extra: 1 }, 'rules[1].extra'],
    [{ do: undefined }, 'rules[1].do'],
    [{ do: { fault: 'constructor' } }, 'rules[1].do.fault'],
    [{ do: { fault: 'drop', ms: 1 } }, 'rules[1].do.ms'],
    [{ do: { fault: 'delay' } }, 'rules[1].do.ms'],
    [{ do: { fault: 'delay', ms: -1 } }, 'rules[1].do.ms'],
    [{ do: { fault: 'delay', ms: Number.NaN } }, 'rules[1].do.ms'],
    [{ do: { fault: 'delay', ms: '1' } }, 'rules[1].do.ms'],
    [{ do: { fault: 'fail', errno: 'EWHAT' } }, 'rules[1].do.errno'],
    [{ do: { fault: 'fail', errno: 5 } }, 'rules[1].do.errno'],
    [{ do: { fault: 'corrupt', bits: 0 } }, 'rules[1].do.bits'],
    [{ do: { fault: 'shorten', to: 0.5 } }, 'rules[1].do.to'],
    [{ do: { fault: 'link-down', ms: null } }, 'rules[1].do.ms'],
    [{ do: { fault: 'memory-pressure', calls: 0 } }, 'rules[1].do.calls'],
    [{ when: {} }, 'rules[1].when'],
    [{ when: { nth: 1, every: 1 } }, 'rules[1].when'],
    [{ when: { nth: 0 } }, 'rules[1].when.nth'],
    [{ when: { every: 1, times: 0 } }, 'rules[1].when.times'],
    [{ when: { probability: 1.1 } }, 'rules[1].when.probability'],
    [{ when: [1] }, 'rules[1].when'],
    [{ where: { region: 0 } }, 'rules[1].where.region'],
    [{ where: { index: -1 } }, 'rules[1].where.index'],
    [{ where: { type: 1 } }, 'rules[1].where.type'],
    [{ at: 'client.read', do: { fault: 'fail' }, where: { length: 0 } }, 'rules[1].where.length'],
  ] as const) {
    it(`refuses ${JSON.stringify(rule)}, and says where it is wrong`, () => {
      expect(withRule(rule)).to.equal(at);
    });
  }

  it('refuses what is no plan at all', () => {
    expect(
      [undefined, null, [], 'x', { seed: 1 }, { seed: -1, rules: [] }].map(wrongAt),
    ).to.deep.equal(['plan', 'plan', 'plan', 'plan', 'rules', 'seed']);
    expect(wrongAt({ seed: 1, rules: new Array(1001).fill(good) })).to.equal('rules');
  });

  it('throws fault.plan or accepts, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, rule) => {
        expect(wrongAt(value)).to.be.a('string');
        expect(wrongAt({ seed: 1, rules: [rule] })).to.be.a('string');
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
