import { inspect } from 'node:util';
import type { Holding } from './holding.js';
import { ownFrames, type Trace } from './trace.js';

const shownHoldings = 3;

/** The failure of a scope (`the test`, `the suite`) that left `leaked` behind. */
export function leakError(scope: string, leaked: readonly Holding[]): Error {
  const distinct = withoutDoubles(leaked);
  const lines = distinct.slice(0, shownHoldings).flatMap(describeHolding);
  const rest = distinct.length - shownHoldings;
  const more = rest > 0 ? [`  and ${String(rest)} more`] : [];
  const things = counted(distinct.length, 'thing');
  const message = [`leak: ${scope} leaves ${things} behind`, ...lines, ...more].join('\n');
  return named('LeakError', message);
}

/** The failure of a scope that left promises behind which rejected, and nobody handled it. */
export function rejectionError(scope: string, reasons: readonly unknown[]): Error {
  const lines = reasons.slice(0, shownHoldings).map((reason) => indent(inspect(reason)));
  const message = [`unhandled: ${scope} leaves ${counted(reasons.length, 'rejection')}`, ...lines];
  return named('UnhandledRejection', message.join('\n'));
}

/** The message is all there is to see: where the check made the error helps nobody. */
function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = message;
  return error;
}

function counted(count: number, thing: string): string {
  return count === 1 ? `one ${thing}` : `${String(count)} ${thing}s`;
}

/** A socket is seen as a handle and as a descriptor; the first is told, with the origin that is known. */
function withoutDoubles(leaked: readonly Holding[]): readonly Holding[] {
  const distinct: Holding[] = [];
  const places = new Map<number, number>();
  for (const holding of leaked) {
    const fd = holding.descriptor?.();
    const place = fd === undefined ? undefined : places.get(fd);
    const first = place === undefined ? undefined : distinct[place];
    if (place !== undefined && first !== undefined) {
      distinct[place] = ownFrames(first.trace).length > 0 ? first : retraced(first, holding.trace);
    } else {
      if (fd !== undefined) {
        places.set(fd, distinct.length);
      }
      distinct.push(holding);
    }
  }
  return distinct;
}

function retraced({ what }: Holding, trace: Trace): Holding {
  return { what, trace, isHeld: () => true };
}

function describeHolding(holding: Holding): string[] {
  const frames = ownFrames(holding.trace);
  const origin =
    frames.length === 0
      ? ['      in a callback of the platform, or in native code']
      : frames.map(indent);
  return [`  ${holding.what}, made`, ...origin];
}

function indent(frame: string): string {
  return `      ${frame.trim()}`;
}
