import { Random } from '../../random/index.js';
import type { FaultRule, FaultWhere } from '../plan.js';
import type { Site } from '../table/index.js';

/** What a call carries that a rule may ask for. */
export interface Facts {
  readonly region?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly index?: number;
  /** The first of `count` (1). */
  readonly subindex?: number;
  readonly count?: number;
}

/** One rule, as it counts the calls of one mdev. */
export class RuleState {
  readonly rule: FaultRule;
  /** In the plan, from 0. */
  readonly number: number;
  /** Its own, so that what another rule or mdev draws changes nothing here. */
  readonly random: Random;
  #calls = 0;
  #strikes = 0;

  constructor(rule: FaultRule, number: number, seed: number) {
    this.rule = rule;
    this.number = number;
    this.random = new Random(seed);
  }

  /** Whether it counts the calls of a site. */
  isFor(site: Site): boolean {
    const { at, do: action } = this.rule;
    if (!site.faults.has(action.fault)) {
      return false;
    }
    return at === 'any' ? site.point !== 'model.create' : site.points.some((point) => point === at);
  }

  /** Counts a call; answers which one it was if the rule strikes. */
  strike(facts: Facts): number | undefined {
    const { when, where } = this.rule;
    if (where !== undefined && !agrees(where, facts)) {
      return undefined;
    }
    this.#calls += 1;
    if (!this.#isDue(when)) {
      return undefined;
    }
    this.#strikes += 1;
    return this.#calls;
  }

  #isDue(when: FaultRule['when']): boolean {
    if ('nth' in when) {
      return this.#calls >= when.nth && this.#calls < when.nth + (when.times ?? 1);
    }
    // Drawn in any case: how often the rule has struck does not change what comes later.
    const due =
      'every' in when ? this.#calls % when.every === 0 : this.random.chance(when.probability);
    return due && this.#strikes < (when.times ?? Number.POSITIVE_INFINITY);
  }
}

/** Whether a call is one of those that a `where` lets through. */
export function agrees(where: FaultWhere, facts: Facts): boolean {
  if (where.region !== undefined && where.region !== facts.region) {
    return false;
  }
  if (where.index !== undefined && where.index !== facts.index) {
    return false;
  }
  return (
    (where.subindex === undefined ||
      overlaps(where.subindex, 1, facts.subindex, facts.count ?? 1)) &&
    ((where.offset === undefined && where.length === undefined) ||
      overlaps(where.offset ?? 0, where.length ?? 1, facts.offset, facts.length ?? 0))
  );
}

function overlaps(start: number, length: number, at: number | undefined, count: number): boolean {
  return at !== undefined && at < start + length && at + count > start;
}
