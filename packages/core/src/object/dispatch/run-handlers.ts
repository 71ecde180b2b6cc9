import { isThenable } from '../../device/model-guard.js';
import { failure } from '../../errors/index.js';
import type { Call, Values } from '../implement/index.js';
import type { MethodPlan } from './method-plan.js';

/** The handlers of one call: the core's, and then the driver's if it has extended the method. */
export interface HandlerRun {
  readonly plan: MethodPlan;
  readonly args: Values;
  readonly call: Call;
  /** Of the object that the call is about; of a new one as soon as its handler has answered. */
  state: unknown;
  /** Whether a create handler has answered, and its object must be undone if anything fails. */
  made: boolean;
}

/** Runs the handlers and merges their answers; what the core's says stays. Synchronous if they are. */
export function runHandlers(
  run: HandlerRun,
  from = 0,
  before?: Values,
): Values | undefined | Promise<Values | undefined> {
  const { handlers } = run.plan.method;
  let merged = before;
  for (let i = from; i < handlers.length; i++) {
    const answer = handlers[i]?.(run.state, run.args, run.call);
    if (isThenable(answer)) {
      return follow(run, i, merged, answer);
    }
    merged = merge(run, i, merged, answer);
  }
  return merged;
}

async function follow(
  run: HandlerRun,
  index: number,
  before: Values | undefined,
  answer: Promise<Values | undefined>,
): Promise<Values | undefined> {
  return runHandlers(run, index + 1, merge(run, index, before, await answer));
}

function merge(
  run: HandlerRun,
  index: number,
  before: Values | undefined,
  answer: unknown,
): Values | undefined {
  const { plan } = run;
  if (answer !== undefined && (typeof answer !== 'object' || answer === null)) {
    throw failure('object.answer', { handler: plan.what, answer: typeof answer });
  }
  const values = answer as Values | undefined;
  if (index === 0 && plan.method.role === 'create') {
    if (values === undefined || !('state' in values)) {
      throw failure('object.answer', { handler: plan.what, missing: 'state' });
    }
    run.state = values['state'];
    run.made = true;
  }
  return before === undefined ? values : { ...values, ...before };
}
