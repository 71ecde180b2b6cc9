import { UVERBS_UDATA_DRIVER_DATA_FLAG } from '@mdevkit/uapi';
import { isThenable } from '../../device/model-guard.js';
import { failure, type MdevError } from '../../errors/index.js';
import type { Values } from '../implement/index.js';
import { handlerRefusal } from '../life/handler-refusal.js';
import type { ObjectEntry } from '../life/object-entry.js';
import type { OpenDescriptor } from '../life/open-descriptor.js';
import { outcomeOf } from '../life/outcome.js';
import { MessageWriter } from '../wire/message-writer.js';
import { CallContext } from './call-context.js';
import { CallFrame, type GivenDescriptor } from './call-frame.js';
import { DestroyCall } from './destroy-call.js';
import type { DispatcherParts } from './dispatcher-parts.js';
import type { MethodPlan } from './method-plan.js';
import { parseAttributes } from './parse-attributes.js';
import { runHandlers, type HandlerRun } from './run-handlers.js';
import { writeReply } from './write-reply.js';

/** The answer to a request: its bytes, valid until the next call, and the descriptors that it gives out. */
export interface Reply {
  readonly bytes: Uint8Array;
  readonly descriptors: readonly OpenDescriptor[];
}

const NO_DESCRIPTORS: readonly OpenDescriptor[] = [];

/**
 * Takes the calls of one client: checks every byte, finds and locks what they name, has the driver do its part, and answers.
 * Whatever is wrong with a call is an MdevError, and then nothing of it is left. EPROTONOSUPPORT is given here and
 * nowhere else, so that a client can find out what a device has.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #destroys: DestroyCall;
  readonly #writer: MessageWriter;
  /** Not in use by any call. */
  #idle: CallFrame | undefined = new CallFrame();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#destroys = new DestroyCall(parts);
    this.#writer = new MessageWriter(parts.maxMessage);
  }

  /**
   * Synchronous if the driver is.
   *
   * @param isRemoved - the device is gone, and all that can be done is to destroy
   * @param onLate - called before the answer if the handler goes on after it, with when that is over
   */
  call(
    bytes: Uint8Array,
    descriptors: readonly GivenDescriptor[],
    isRemoved: boolean,
    onLate?: (over: Promise<void>) => void,
  ): Reply | Promise<Reply> {
    const frame = this.#idle ?? new CallFrame();
    this.#idle = undefined;
    frame.onLate = onLate;
    let answer: Reply | Promise<Reply>;
    try {
      answer = this.#dispatch(frame, bytes, descriptors, isRemoved);
    } catch (error) {
      frame.release();
      this.#retire(frame);
      throw error;
    }
    if (!isThenable(answer)) {
      frame.release();
      this.#retire(frame);
    }
    return answer;
  }

  #dispatch(
    frame: CallFrame,
    bytes: Uint8Array,
    descriptors: readonly GivenDescriptor[],
    isRemoved: boolean,
  ): Reply | Promise<Reply> {
    const { maxMessage, space } = this.#parts;
    frame.reader.load(bytes, maxMessage);
    const plan = this.#find(frame);
    const { role } = plan.method;
    if (isRemoved && role !== 'destroy') {
      throw failure('object.disassociated');
    }
    frame.begin(plan, descriptors);
    parseAttributes(frame, plan, space);
    // Last, so that calls that are wrong use no handles up.
    frame.created = frame.creates && space.begin(frame.creates);
    const run = this.#runOf(frame, plan);
    if (role === 'destroy' && frame.subject !== undefined) {
      return this.#destroy(frame, run, frame.subject, isRemoved);
    }
    let answer: Values | undefined | Promise<Values | undefined>;
    try {
      answer = runHandlers(run);
    } catch (error) {
      return this.#fail(frame, run, error);
    }
    return isThenable(answer)
      ? this.#later(frame, run, answer)
      : this.#complete(frame, run, answer, this.#writer);
  }

  #find({ reader }: CallFrame): MethodPlan {
    const { objectId, methodId, driverId } = reader;
    if (driverId !== this.#parts.driverId && driverId !== 0) {
      throw failure('object.driver', { driver: driverId, expected: this.#parts.driverId });
    }
    const isForeign =
      driverId === 0 && ((objectId | methodId) & UVERBS_UDATA_DRIVER_DATA_FLAG) !== 0;
    const plan = isForeign ? undefined : this.#parts.plans.find(objectId, methodId);
    if (plan === undefined) {
      throw failure('object.unknown', { class: objectId, method: methodId });
    }
    return plan;
  }

  #runOf(frame: CallFrame, plan: MethodPlan): HandlerRun {
    const { client, defaultChannel, ending } = this.#parts;
    const { created, subject, values } = frame;
    return {
      plan,
      args: values,
      call: new CallContext(client, defaultChannel, ending, created, subject),
      state: subject?.state,
      made: false,
    };
  }

  #destroy(
    frame: CallFrame,
    run: HandlerRun,
    entry: ObjectEntry,
    isRemoved: boolean,
  ): Reply | Promise<Reply> {
    const answer = this.#destroys.run(frame, run, entry, isRemoved);
    return isThenable(answer)
      ? this.#answerDestroy(frame, run, answer)
      : { bytes: this.#write(frame, run, answer, this.#writer), descriptors: NO_DESCRIPTORS };
  }

  async #answerDestroy(frame: CallFrame, run: HandlerRun, answer: Promise<Values>): Promise<Reply> {
    try {
      const values = await answer;
      const writer = new MessageWriter(this.#parts.maxMessage);
      return { bytes: this.#write(frame, run, values, writer), descriptors: NO_DESCRIPTORS };
    } finally {
      frame.release();
    }
  }

  /** Waits for a handler. One that does not answer in time keeps what the call has locked until it does. */
  async #later(
    frame: CallFrame,
    run: HandlerRun,
    answer: Promise<Values | undefined>,
  ): Promise<Reply> {
    const { guard, maxMessage, space } = this.#parts;
    const outcome = await outcomeOf(guard, run.plan.what, Promise.resolve(answer));
    if (outcome.kind === 'late') {
      if (frame.created !== undefined) {
        space.forget(frame.created);
      }
      void this.#finishLate(frame, run, outcome.answer, frame.takeLocks());
      throw this.#refusal(run, outcome.error);
    }
    try {
      return outcome.kind === 'answered'
        ? await this.#complete(frame, run, outcome.value, new MessageWriter(maxMessage))
        : await this.#fail(frame, run, outcome.error);
    } finally {
      frame.release();
    }
  }

  /** Never rejects. */
  async #finishLate(
    frame: CallFrame,
    run: HandlerRun,
    answer: Promise<Values | undefined>,
    unlock: () => void,
  ): Promise<void> {
    try {
      await answer;
    } catch (error) {
      this.#parts.guard.wrap(run.plan.what, error);
    }
    if (frame.created !== undefined && run.made) {
      await this.#parts.space.abort(frame.created, run);
    }
    unlock();
  }

  /** What a create has made is committed last, when nothing can fail any more. */
  #complete(
    frame: CallFrame,
    run: HandlerRun,
    answer: Values | undefined,
    writer: MessageWriter,
  ): Reply | Promise<Reply> {
    const { created, parents } = frame;
    if (created === undefined) {
      return { bytes: this.#write(frame, run, answer, writer), descriptors: NO_DESCRIPTORS };
    }
    const { space } = this.#parts;
    try {
      created.state = run.state;
      const bytes = this.#write(frame, run, answer, writer);
      const descriptors = created.bound.kind === 'fd' ? [this.#open(created)] : NO_DESCRIPTORS;
      space.commit(created, parents);
      return { bytes, descriptors };
    } catch (error) {
      return this.#fail(frame, run, error);
    }
  }

  #open(created: ObjectEntry): OpenDescriptor {
    const descriptor = this.#parts.space.openDescriptor(created);
    created.descriptor = descriptor;
    return descriptor;
  }

  #write(
    frame: CallFrame,
    run: HandlerRun,
    answer: Values | undefined,
    writer: MessageWriter,
  ): Uint8Array {
    return writeReply(writer, frame, run.plan, answer);
  }

  /** Undoes a creation before the error is told. */
  #fail(frame: CallFrame, run: HandlerRun, error: unknown): never | Promise<never> {
    const refusal = this.#refusal(run, error);
    const { created } = frame;
    if (created !== undefined) {
      const undone = this.#parts.space.abort(created, run.made ? run : undefined);
      if (undone !== undefined) {
        return rejectAfter(frame, undone, refusal);
      }
    }
    throw refusal;
  }

  #refusal(run: HandlerRun, error: unknown): MdevError {
    return handlerRefusal(this.#parts.guard, run.plan.what, error);
  }

  #retire(frame: CallFrame): void {
    frame.clear();
    this.#idle = frame;
  }
}

async function rejectAfter(frame: CallFrame, done: Promise<void>, error: unknown): Promise<never> {
  await done;
  frame.release();
  throw error;
}
