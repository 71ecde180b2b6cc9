import { isDeepStrictEqual } from 'node:util';
import type { DeviceEvent } from '@mdevkit/core';
import { FakeEvents, FakeLogger, type FakeLogLevel } from '../fakes/index.js';
import type { EventPattern } from './assertions.js';
import { listed, valueText } from './print.js';
import { subjectOf } from './subject.js';

/** `expect(events).to.have.reported({ kind: 'error' })`. */
export function reported(this: Chai.AssertionStatic, pattern?: EventPattern): void {
  const events = subjectOf(this, (value) => value instanceof FakeEvents, 'a FakeEvents');
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
  return Object.entries(pattern).every(([name, value]) =>
    isDeepStrictEqual(members.get(name), value),
  );
}

/** Without its state: a pattern with the flag `g` goes on from where it stopped. */
function contains(message: string, text: string | RegExp = ''): boolean {
  return typeof text === 'string' ? message.includes(text) : message.search(text) !== -1;
}
