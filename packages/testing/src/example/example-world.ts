/** What a program has of the process that it runs in. */
export interface ExampleWorld {
  readonly env: NodeJS.ProcessEnv;
  /** A line for standard output. */
  readonly print: (line: string) => void;
  /** A line for standard error. */
  readonly warn: (line: string) => void;
  /** Calls back when nothing is left to do, though the program has not ended. */
  onIdle(listener: () => void): Disposable;
  /** Calls back with what was thrown where nobody could catch it; without a listener that ends the process. */
  onUncaught(listener: (error: unknown) => void): Disposable;
  /** Ends the process at once, whatever is still open in it. Lines that were printed before are not lost. */
  exit(code: number): void;
}

/** The process itself. */
export const processWorld: ExampleWorld = {
  env: process.env,
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  warn: (line) => {
    process.stderr.write(`${line}\n`);
  },
  onIdle: (listener) => {
    process.on('beforeExit', listener);
    return { [Symbol.dispose]: () => void process.off('beforeExit', listener) };
  },
  onUncaught: (listener) => {
    process.on('uncaughtException', listener);
    return { [Symbol.dispose]: () => void process.off('uncaughtException', listener) };
  },
  exit: (code) => {
    process.exit(code);
  },
};
