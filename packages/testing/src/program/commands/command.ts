/** Where a command says what it has to say, line by line. */
export interface Output {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
}

export interface Command {
  /** Lines of the help. */
  readonly usage: readonly string[];
  /** Answers the exit code. */
  readonly run: (args: readonly string[], output: Output) => Promise<number>;
}

/** The program was not called as it should be. */
export class UsageError extends Error {}

/** The files that a command takes, of which there must be so many. */
export function requireFiles(positionals: readonly string[], names: string): readonly string[] {
  if (positionals.length !== names.split(' ').length) {
    throw new UsageError(`expected: ${names}`);
  }
  return positionals;
}
