import type { AsyncLocalStorage } from 'node:async_hooks';
// Taken here, before a test replaces the global one.
import { setImmediate } from 'node:timers';

interface Turn {
  readonly actor: string;
  readonly label: string;
  readonly go: () => void;
}

/** Who acts where no actor does. */
const NOBODY = 'test';

/**
 * Lets one of those who wait go on at a time. Which one is next is decided when all that is under way has come to rest, by
 * the next number of `choices`: 0 goes on with whoever moved last, so that zeros are the run with the fewest switches;
 * zeros follow at the end. fast-check makes the choices and shrinks them; its own scheduler does not shrink.
 */
export class Turnstile {
  /** What has happened, in order. */
  readonly steps: string[] = [];
  /** What was thrown where no caller was. */
  readonly errors: unknown[] = [];
  readonly #choices: readonly number[];
  readonly #actors: AsyncLocalStorage<string>;
  readonly #waiting: Turn[] = [];
  #decisions = 0;
  #last = NOBODY;
  #running: Promise<void> | undefined;

  constructor(choices: readonly number[], actors: AsyncLocalStorage<string>) {
    this.#choices = choices;
    this.#actors = actors;
  }

  /** How often more than one waited, so that somebody had to be chosen. */
  get decisions(): number {
    return this.#decisions;
  }

  /** Who acts here. */
  get actor(): string {
    return this.#actors.getStore() ?? NOBODY;
  }

  /** Whether nobody waits for a turn, and nobody has one. */
  get isIdle(): boolean {
    return this.#running === undefined && this.#waiting.length === 0;
  }

  /** Runs as one of the actors, also what it waits for. */
  as<T>(actor: string, run: () => T): T {
    return this.#actors.run(actor, run);
  }

  /** Resolves when it is the caller's turn. */
  turn(label: string): Promise<void> {
    return new Promise((resolve) => {
      this.enter(label, resolve);
    });
  }

  /** Calls `go`, as the present actor, when it is its turn. The answer takes that back. */
  enter(label: string, go: () => void, actor = this.actor): () => void {
    const turn: Turn = { actor, label, go };
    this.#waiting.push(turn);
    void this.#start();
    return () => {
      const at = this.#waiting.indexOf(turn);
      if (at !== -1) {
        this.#waiting.splice(at, 1);
      }
    };
  }

  /** Resolves when nobody waits for a turn, and all that is under way has come to rest. */
  async idle(): Promise<void> {
    await this.#start();
  }

  #start(): Promise<void> {
    this.#running ??= this.as(NOBODY, () => this.#run());
    return this.#running;
  }

  async #run(): Promise<void> {
    await settled();
    for (let turn = this.#take(); turn !== undefined; turn = this.#take()) {
      const { actor, label, go } = turn;
      this.#last = actor;
      this.steps.push(`${actor}: ${label}`);
      try {
        this.as(actor, go);
      } catch (error) {
        this.errors.push(error);
      }
      await settled();
    }
    this.#running = undefined;
  }

  #take(): Turn | undefined {
    if (this.#waiting.length < 2) {
      return this.#waiting.pop();
    }
    const mine = this.#waiting.filter(({ actor }) => actor === this.#last);
    const others = this.#waiting.filter(({ actor }) => actor !== this.#last);
    const choice = this.#choices[this.#decisions++] ?? 0;
    const taken = [...mine, ...others][choice % this.#waiting.length];
    this.#waiting.splice(
      this.#waiting.findIndex((turn) => turn === taken),
      1,
    );
    return taken;
  }
}

/** All promises that can settle have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
