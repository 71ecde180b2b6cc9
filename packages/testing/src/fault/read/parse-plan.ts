import type { FaultPlan } from '../plan.js';
import { broken, requireInteger, requireObject } from './checks.js';
import { parseRule } from './parse-rule.js';

/** Rules of one plan at the most. */
const MAX_RULES = 1000;

/**
 * Checks what somebody has written as a plan, and gives it back as one. Throws EINVAL `fault.plan`, whose details say `at`
 * (the member that is wrong, as `rules[2].do.ms`) and `problem`: a member that there is not, a value out of its range, an
 * action that does not fit its point.
 */
export function parseFaultPlan(value: unknown): FaultPlan {
  const given = requireObject(value, 'plan', ['seed', 'rules']);
  const seed = requireInteger(given.get('seed'), 'seed', 0, 2 ** 32 - 1);
  const rules: unknown = given.get('rules');
  if (!Array.isArray(rules) || rules.length > MAX_RULES) {
    throw broken('rules', `is not an array of at most ${MAX_RULES} rules`);
  }
  return { seed, rules: rules.map((rule: unknown, n) => parseRule(rule, `rules[${n}]`)) };
}
