/** Where something was made. The text is computed when it is read, which is almost never. */
export interface Trace {
  readonly stack?: string;
}

const uninteresting = [/\(?node:/, /node_modules[\\/]mocha[\\/]/, /[\\/]leak[\\/][\w-]+\.[jt]s:/];
const shownFrames = 6;

/** Remembers the caller of `below`, at the price of a raw stack. */
export function captureTrace(below: (...args: never[]) => unknown): Trace {
  const trace: Trace = {};
  Error.captureStackTrace(trace, below);
  return trace;
}

/** The frames of `trace` that belong to the project: neither the platform, nor mocha, nor this check. */
export function ownFrames(trace: Trace): readonly string[] {
  return (trace.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .filter((line) => !uninteresting.some((pattern) => pattern.test(line)))
    .slice(0, shownFrames);
}
