import { MdevError } from '@mdevkit/core';
import { Errno, type ErrnoName } from '@mdevkit/uapi';
import { requireThat } from './arguments.js';
import { valueText } from './print.js';
import { subjectOf } from './subject.js';

/** `expect(error).to.be.mdevError('EIO', 'model.threw')`. */
export function mdevError(this: Chai.AssertionStatic, code?: ErrnoName, reason?: string): void {
  const value: unknown = this._obj;
  requireCodes('mdevError', code, reason);
  compare(this, value, textOf(value), code, reason);
}

/** `await expect(promise).to.be.rejectedWithMdev('EBUSY', 'device.busy')`. */
export async function rejectedWithMdev(
  this: Chai.AssertionStatic,
  code?: ErrnoName,
  reason?: string,
): Promise<void> {
  const subject = subjectOf(this, isPromiseOrFunction, 'a promise, or a function that returns one');
  requireCodes('rejectedWithMdev', code, reason);
  const outcome = await settle(subject);
  if ('error' in outcome) {
    compare(this, outcome.error, `a rejection with ${textOf(outcome.error)}`, code, reason);
  } else {
    compare(this, undefined, `a promise of ${valueText(outcome.value)}`, code, reason);
  }
}

/** A reason without its code would be taken for the code, and a code that is none never found. */
function requireCodes(assertion: string, code: unknown, reason: unknown): void {
  const isCode = code === undefined || (typeof code === 'string' && Object.hasOwn(Errno, code));
  requireThat(isCode, assertion, "a code such as 'EIO'", code);
  const isReason = reason === undefined || typeof reason === 'string';
  requireThat(isReason, assertion, "a reason such as 'model.threw'", reason);
}

function compare(
  assertion: Chai.AssertionStatic,
  error: unknown,
  found: string,
  code: ErrnoName | undefined,
  reason: string | undefined,
): void {
  const expected = code === undefined ? 'an MdevError' : [code, reason].join(' ').trim();
  assertion.assert(
    MdevError.is(error) &&
      error.code === (code ?? error.code) &&
      error.reason === (reason ?? error.reason),
    `expected ${expected}, found ${found}`,
    `expected not ${expected}, found ${found}`,
    undefined,
  );
}

function textOf(value: unknown): string {
  if (MdevError.is(value)) {
    return value.message;
  }
  return value instanceof Error ? `${value.name}: ${value.message}` : valueText(value);
}

type Subject = PromiseLike<unknown> | (() => unknown);

function isPromiseOrFunction(value: unknown): value is Subject {
  return (
    typeof value === 'function' ||
    (typeof value === 'object' &&
      value !== null &&
      'then' in value &&
      typeof value.then === 'function')
  );
}

async function settle(
  subject: Subject,
): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await (typeof subject === 'function' ? subject() : subject) };
  } catch (error) {
    return { error };
  }
}
