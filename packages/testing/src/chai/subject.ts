import { AssertionError, util } from 'chai';

/**
 * What stands in `expect(…)`, if it is what the assertion is about. Throws an AssertionError else, also with `not`, which
 * begins with the message of `expect(…, message)`.
 */
export function subjectOf<T>(
  assertion: Chai.AssertionStatic,
  isSubject: (value: unknown) => value is T,
  expected: string,
): T {
  const subject: unknown = assertion._obj;
  if (!isSubject(subject)) {
    const told: unknown = util.flag(assertion, 'message');
    const prefix = typeof told === 'string' ? `${told}: ` : '';
    throw new AssertionError(`${prefix}${expected} was expected, not ${nameOf(subject)}`);
  }
  return subject;
}

/** Whether it is an object that has all of these members. */
export function hasMembers(value: unknown, ...names: readonly string[]): value is object {
  return typeof value === 'object' && value !== null && names.every((name) => name in value);
}

/** Short, whatever it is: the message is about something else. */
function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' ? 'a function' : String(value);
  }
  const { constructor } = value;
  const name = typeof constructor === 'function' ? constructor.name : 'Object';
  return name === 'Object' ? `an object with ${Object.keys(value).join(', ') || 'nothing'}` : name;
}
