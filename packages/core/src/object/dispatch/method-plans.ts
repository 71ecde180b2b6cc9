import type { MethodTree } from '../schema/bound.js';
import { MethodPlan } from './method-plan.js';

const ID_RANGE = 0x1_0000;

/** The plans of the methods of a device; each is made when it is first called, and serves all clients. */
export class MethodPlans {
  readonly #tree: MethodTree;
  readonly #plans = new Map<number, MethodPlan>();

  constructor(tree: MethodTree) {
    this.#tree = tree;
  }

  /** Undefined for what the device does not have. */
  find(objectId: number, methodId: number): MethodPlan | undefined {
    const key = objectId * ID_RANGE + methodId;
    return this.#plans.get(key) ?? this.#make(key, objectId, methodId);
  }

  #make(key: number, objectId: number, methodId: number): MethodPlan | undefined {
    const method = this.#tree.method(objectId, methodId);
    if (method === undefined) {
      return undefined;
    }
    const plan = new MethodPlan(method);
    this.#plans.set(key, plan);
    return plan;
  }
}
