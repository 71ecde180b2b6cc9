import { isDeepStrictEqual } from 'node:util';
import type { DeviceEvent } from '@mdevkit/core';
import { FakeEvents, FakeLogger, type FakeLogLevel } from '../fakes/index.js';
import { requireThat } from './arguments.js';
import type { EventPattern } from './assertions.js';
import { listed, valueText } from './print.js';
import { subjectOf } from './subject.js';

const KINDS: Readonly<Record<DeviceEvent['kind'], true>> = {
  request: true,
  hangup: true,
  fault: true,
  error: true,
  lost: true,
};
const LEVELS: readonly FakeLogLevel[] = ['debug', 'info', 'warn', 'error'];

/** `expect(events).to.have.reported({ kind: 'error' })`. */
export function reported(this: Chai.AssertionStatic, pattern?: EventPattern): void {
  const events = subjectOf(this, (value) => value instanceof FakeEvents, 'a FakeEvents');
  requireThat(pattern === undefined || isPattern(pattern), 'reported', '{ kind, … }', pattern);
  const what = pattern === undefined ? 'an event' : `an event ${valueText(pattern)}`;
  const seen = listed('reported', events.reported.map(valueText));
  this.assert(
    events.reported.some((event) => pattern === undefined || fits(event, pattern)),
    `expected ${what}\n${seen}`,
    `expected not ${what}\n${seen}`,
    undefined,
  );
}

/** `expect(logger).to.have.logged('warn', /late/)`. */
export function logged(
  this: Chai.AssertionStatic,
  level?: FakeLogLevel,
  text?: string | RegExp,
): void {
  const logger = subjectOf(this, (value) => value instanceof FakeLogger, 'a FakeLogger');
  requireThat(level === undefined || LEVELS.includes(level), 'logged', LEVELS.join(', '), level);
  const isText = text === undefined || typeof text === 'string' || text instanceof RegExp;
  requireThat(isText, 'logged', 'a text or a regular expression', text);
  const of = text === undefined ? '' : ` with ${valueText(text)}`;
  const what = `${level ?? 'any'} line${of}`;
  const lines = logger.lines.map((line) => {
    const fields = Object.keys(line.fields).length === 0 ? '' : ` ${valueText(line.fields)}`;
    return `${line.level}: ${line.message}${fields}`;
  });
  this.assert(
    logger.lines.some(
      (line) => (level ?? line.level) === line.level && contains(line.message, text),
    ),
    `expected ${what}\n${listed('logged', lines)}`,
    `expected no ${what}\n${listed('logged', lines)}`,
    undefined,
  );
}

function fits(event: DeviceEvent, pattern: EventPattern): boolean {
  const members = new Map<string, unknown>(Object.entries(event));
  return Object.entries(pattern).every(([name, value]) => isSameValue(members.get(name), value));
}

/** An address is a number where it is exact, and a bigint in a fault. */
function isSameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normal(one), normal(other));
}

function normal(value: unknown): unknown {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

/** Also from a test in JavaScript, whose types prove nothing. */
function isPattern(pattern: unknown): boolean {
  return (
    typeof pattern === 'object' &&
    pattern !== null &&
    'kind' in pattern &&
    typeof pattern.kind === 'string' &&
    Object.keys(KINDS).includes(pattern.kind)
  );
}

/** Without its state: a pattern with the flag `g` goes on from where it stopped. */
function contains(message: string, text: string | RegExp = ''): boolean {
  return typeof text === 'string' ? message.includes(text) : message.search(text) !== -1;
}
