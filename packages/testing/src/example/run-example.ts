import { MdevError, type MdevHostOptions } from '@mdevkit/core';
import { interposersFromEnvironment, type EnvironmentInterposers } from './environment.js';
import { processWorld, type ExampleWorld } from './example-world.js';

/** A program that prints lines and gives `options` to its host. */
export type ExampleMain = (
  print: (line: string) => void,
  options: MdevHostOptions,
) => Promise<void>;

const FAILED = 1;
const NOT_UNDERSTOOD = 2;

/** How a program ended. */
type Ending = 'done' | 'idle' | { readonly error: unknown };

/**
 * Runs an example, with the interposers that the environment asks for; see {@link interposersFromEnvironment}. Answers the
 * exit code.
 *
 * Without any it is as if `main` had been called: what it throws is thrown. With them, what they did comes on standard error,
 * a line each, after what `main` has printed. A program that fails after a fault, or waits for what will not come, ends with 1
 * then, at once, whatever it has left open; one that fails without a fault throws. What the environment asks for and cannot be
 * had is 2.
 */
export async function runExample(
  main: ExampleMain,
  world: ExampleWorld = processWorld,
): Promise<number> {
  let wanted: EnvironmentInterposers;
  try {
    wanted = interposersFromEnvironment(world.env);
  } catch (error) {
    world.warn(described(error));
    return NOT_UNDERSTOOD;
  }
  const { interposers } = wanted;
  if (interposers.length === 0) {
    await main(world.print, {});
    return 0;
  }
  const ending = await endingOf(() => main(world.print, { interposers }), world);
  for (const line of wanted.report()) {
    world.warn(line);
  }
  const fail = (why: string): number => {
    world.warn(why);
    world.exit(FAILED);
    return FAILED;
  };
  if (ending === 'idle') {
    return fail('still waiting: nothing is left to do');
  }
  if (wanted.faults === 0) {
    // Nothing was done to it: what it does from here on, as its failure, is its own.
    return ending === 'done' ? 0 : rethrow(ending.error);
  }
  if (ending !== 'done') {
    return fail(named(ending.error));
  }
  // What nobody waits for may still fail because of a fault; for as long as the process is there.
  world.onUncaught((error) => {
    fail(named(error));
  });
  return 0;
}

function rethrow(error: unknown): never {
  throw error;
}

async function endingOf(run: () => Promise<void>, world: ExampleWorld): Promise<Ending> {
  let end: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  using _idle = world.onIdle(() => {
    end('idle');
  });
  using _uncaught = world.onUncaught((error) => {
    end({ error });
  });
  void whole(run).then(end);
  return await ended;
}

async function whole(run: () => Promise<void>): Promise<Ending> {
  try {
    await run();
    return 'done';
  } catch (error) {
    return { error };
  }
}

function described(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function named(error: unknown): string {
  return MdevError.is(error) ? `${error.code} ${error.reason}` : described(error);
}
