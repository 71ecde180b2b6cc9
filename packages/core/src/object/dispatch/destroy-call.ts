import { isThenable } from '../../device/model-guard.js';
import type { EventSource } from '../../event/channel/event-source.js';
import { DESTROY_WAIT } from '../declare/index.js';
import type { Values } from '../implement/index.js';
import { handlerRefusal } from '../life/handler-refusal.js';
import type { ObjectEntry } from '../life/object-entry.js';
import type { LateRelease } from '../life/object-releaser.js';
import { outcomeOf } from '../life/outcome.js';
import type { CallFrame } from './call-frame.js';
import type { DispatcherParts } from './dispatcher-parts.js';
import type { MethodPlan } from './method-plan.js';
import { runHandlers, type HandlerRun } from './run-handlers.js';
import { zeros } from './write-reply.js';

const MOST = 0xffff_ffff;

/**
 * The call that destroys an object: the driver releases it first, which it may refuse; then it is gone, and all that is
 * left is to report.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, ib_uverbs_run_method (destroy_bkey).
 */
export class DestroyCall {
  readonly #parts: DispatcherParts;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Answers the outputs. The driver is not asked for anything once its device is gone. */
  run(
    frame: CallFrame,
    run: HandlerRun,
    entry: ObjectEntry,
    isRemoved: boolean,
  ): Values | Promise<Values> {
    const isForgotten = isRemoved || entry.condition === 'released';
    try {
      const destroyed = this.#parts.space.destroy(entry);
      if (destroyed !== undefined) {
        return this.#later(frame, run, entry, destroyed);
      }
    } catch (error) {
      throw this.#refusal(run, error);
    }
    return isForgotten
      ? this.#withEvents(frame, run.plan, entry, zeros(run.plan))
      : this.#report(frame, run, entry);
  }

  async #later(
    frame: CallFrame,
    run: HandlerRun,
    entry: ObjectEntry,
    destroyed: Promise<LateRelease | undefined>,
  ): Promise<Values> {
    let late: LateRelease | undefined;
    try {
      late = await destroyed;
    } catch (error) {
      throw this.#refusal(run, error);
    }
    if (late !== undefined) {
      void unlockAfter(late.finished, frame.takeLocks());
      throw this.#refusal(run, late.error);
    }
    return this.#report(frame, run, entry);
  }

  #report(frame: CallFrame, run: HandlerRun, entry: ObjectEntry): Values | Promise<Values> {
    let answer: Values | undefined | Promise<Values | undefined>;
    try {
      answer = runHandlers(run);
    } catch (error) {
      throw this.#refusal(run, error);
    }
    return isThenable(answer)
      ? this.#reportLater(frame, run, entry, answer)
      : this.#withEvents(frame, run.plan, entry, answer);
  }

  async #reportLater(
    frame: CallFrame,
    run: HandlerRun,
    entry: ObjectEntry,
    answer: Promise<Values | undefined>,
  ): Promise<Values> {
    const outcome = await outcomeOf(this.#parts.guard, run.plan.what, Promise.resolve(answer));
    if (outcome.kind === 'answered') {
      return this.#withEvents(frame, run.plan, entry, outcome.value);
    }
    if (outcome.kind === 'late') {
      void unlockAfter(outcome.answer, frame.takeLocks());
    }
    throw this.#refusal(run, outcome.error);
  }

  #withEvents(
    frame: CallFrame,
    plan: MethodPlan,
    entry: ObjectEntry,
    answer: Values = {},
  ): Values | Promise<Values> {
    const { events, wait } = plan;
    if (events === undefined) {
      return answer;
    }
    const { sources } = entry;
    const flags = wait === undefined ? 0 : frame.values[wait.name];
    const isOver = sources.every(({ unacknowledged }) => unacknowledged === 0);
    if (isOver || flags !== DESTROY_WAIT) {
      return { ...answer, [events.name]: report(sources) };
    }
    frame.release();
    return this.#wait(sources, (value) => ({ ...answer, [events.name]: value }));
  }

  async #wait(
    sources: readonly EventSource[],
    finish: (events: object) => Values,
  ): Promise<Values> {
    await this.#parts.ending.wait(sources.map((source) => source.acknowledged()));
    return finish(report(sources));
  }

  #refusal(run: HandlerRun, error: unknown): Error {
    return handlerRefusal(this.#parts.guard, run.plan.what, error);
  }
}

function report(sources: readonly EventSource[]): object {
  const sum = (of: (source: EventSource) => number): number =>
    Math.min(
      sources.reduce((all, source) => all + of(source), 0),
      MOST,
    );
  return {
    reported: sum(({ reported }) => reported),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
  };
}

/** Never rejects. */
async function unlockAfter(answer: Promise<unknown>, unlock: () => void): Promise<void> {
  try {
    await answer;
  } catch {
    // Whoever made the call has been told that there is no answer.
  }
  unlock();
}
