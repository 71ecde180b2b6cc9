import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { fuzzModels, type FuzzModel } from '../models/index.js';
import { Random } from '../random/index.js';
import type { Sequence } from '../sequence/index.js';
import { checkDevice } from './check-device.js';
import { Driving } from './driving.js';
import { FuzzFailure } from './fuzz-failure.js';
import { microtasks } from './patience.js';
import { openDescriptors, type ServedModel, type Target } from './target.js';

/** What happened; it is the same whenever the sequence runs. */
export interface SequenceResult {
  /** By the errno of a reply, 0 for success. */
  readonly errnos: ReadonlyMap<number, number>;
}

/** Turns of the event loop in which descriptors are closed. */
const MOST_TURNS = 50;

/**
 * Runs a sequence against a fresh device, and then sees whether all is as it was. Throws FuzzFailure, or what came out of
 * the server, which nothing may.
 */
export async function runSequence(target: Target, sequence: Sequence): Promise<SequenceResult> {
  const model = fuzzModels.find(({ name }) => name === sequence.model);
  if (model === undefined) {
    throw new RangeError(`there is no model ${sequence.model}`);
  }
  const descriptors = openDescriptors();
  const disposables = target.ledger.count;
  const result = await runServed(target, model, sequence);
  await checkLeft(target, descriptors, disposables);
  return result;
}

async function runServed(
  target: Target,
  model: FuzzModel,
  sequence: Sequence,
): Promise<SequenceResult> {
  target.logger.mistake = undefined;
  await using served: ServedModel = await target.serve(model, sequence.tight);
  const driving = new Driving(target, served, new Random(sequence.seed));
  try {
    for (const action of sequence.actions) {
      await driving.act(action);
    }
    await driving.finish();
    await checkDevice(driving, model.identity);
  } finally {
    driving[Symbol.dispose]();
  }
  if (target.logger.mistake !== undefined) {
    throw new FuzzFailure('the server met an error that nobody foresaw', {
      cause: target.logger.mistake,
    });
  }
  return { errnos: driving.errnos };
}

async function checkLeft(
  { ledger, clock }: Target,
  descriptors: number,
  disposables: number,
): Promise<void> {
  // Answers of a device that come too late.
  clock.advance(60_000);
  await microtasks();
  for (let turn = 0; turn < MOST_TURNS && openDescriptors() !== descriptors; turn++) {
    await turnOfTheLoop();
  }
  const left = openDescriptors() - descriptors;
  if (left !== 0) {
    throw new FuzzFailure(`${left} descriptors are left open`);
  }
  if (ledger.count !== disposables) {
    throw new FuzzFailure(`not disposed: ${ledger.beyond(disposables).join(' ')}`);
  }
  if (clock.pendingCount !== 0) {
    throw new FuzzFailure(`${clock.pendingCount} timers are left`);
  }
}
