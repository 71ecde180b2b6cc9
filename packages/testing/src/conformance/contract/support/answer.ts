import { inspect } from 'node:util';
import { MdevError } from '@mdevkit/core';
import { AssertionError } from 'chai';
import type { Bench } from '../../bench/index.js';

/** A call that needs nothing but the device answers after so many turns of the queue of promises. */
const QUICK = 16;

/** What came of a call that the device may refuse. */
export type Answer<T> = { readonly value: T } | { readonly error: MdevError };

/** Fails a check with a sentence for the author of the driver. */
export function fail(sentence: string): never {
  throw new AssertionError(sentence);
}

/**
 * Waits for a call. Moves the bench's clock if it does not answer by itself, and fails if it does not answer then either:
 * no check hangs.
 *
 * @param what - the call, for the message: `a read of 4 bytes at 0x10 of region 0`
 */
export async function settled<T>(bench: Bench, what: string, call: Promise<T>): Promise<T> {
  const state = { isOver: false };
  const end = (): void => {
    state.isOver = true;
  };
  call.then(end, end);
  for (let turn = 0; turn < QUICK; turn++) {
    await Promise.resolve();
    if (state.isOver) {
      return call;
    }
  }
  return bench.within(what, call);
}

/**
 * The answer of a call, or the error that refuses it. Fails if the driver broke the call: it threw what is no MdevError,
 * served an impossible count, or let its deadline pass (docs/reference/device-rules.md, device models).
 */
export async function answerOf<T>(
  bench: Bench,
  what: string,
  call: Promise<T>,
): Promise<Answer<T>> {
  const outcome = await settled(bench, what, call.then(valueOf, errorOf));
  if ('value' in outcome) {
    return outcome;
  }
  const { error } = outcome;
  if (!MdevError.is(error)) {
    return fail(`${what} threw ${String(error)}, which is no MdevError`);
  }
  if (error.reason.startsWith('model.')) {
    const cause = error.cause === undefined ? '' : `: ${inspect(error.cause, { depth: 0 })}`;
    return fail(`a handler of the driver broke ${what}: ${error.message}${cause}`);
  }
  return { error };
}

function valueOf<T>(value: T): { readonly value: T } {
  return { value };
}

function errorOf(error: unknown): { readonly error: unknown } {
  return { error };
}

/** The value of a call that must be done. */
export async function done<T>(bench: Bench, what: string, call: Promise<T>): Promise<T> {
  const answer = await answerOf(bench, what, call);
  return 'value' in answer ? answer.value : fail(`${what} was refused: ${answer.error.message}`);
}

/** Fails unless the call is refused with one of these errnos. */
export async function refused(
  bench: Bench,
  what: string,
  codes: string | readonly string[],
  call: Promise<unknown>,
): Promise<void> {
  const answer = await answerOf(bench, what, call);
  const wanted = typeof codes === 'string' ? [codes] : codes;
  const got = 'value' in answer ? 'done' : answer.error.code;
  if (!wanted.includes(got)) {
    fail(`${what} answers ${got}, not ${wanted.join(' or ')}`);
  }
}

/** `done`, or the name of the errno. */
export async function codeAnswered(
  bench: Bench,
  what: string,
  call: Promise<unknown>,
): Promise<string> {
  const answer = await answerOf(bench, what, call);
  return 'value' in answer ? 'done' : answer.error.code;
}

export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
