import type { Iova } from '@mdevkit/core';
import { COMMAND_ROOM } from '../../abi/index.js';
import { Command, CommandBuffers } from './command.js';

/** Commands of one context that are worked on at the same time, abandoned ones included. */
export const CONTEXT_IN_FLIGHT = 8;

/**
 * The commands of one context: those that wait, and those that are worked on. The client sees how much room there is and
 * must not submit more.
 *
 * A command that was abandoned keeps its place until the last thing it has begun is over, so that abandoning over and over
 * does not pile up work; {@link CommandQueue.whenQuiet} waits for that.
 */
export class CommandQueue {
  readonly #run: (command: Command) => Promise<void>;
  readonly #waiting: Iova[] = [];
  readonly #running = new Set<Command>();
  readonly #spare: CommandBuffers[] = [];
  readonly #watchers = new Set<() => void>();
  #room = COMMAND_ROOM;

  /** `run` never rejects. */
  constructor(run: (command: Command) => Promise<void>) {
    this.#run = run;
  }

  get room(): number {
    return this.#room;
  }

  get isQuiet(): boolean {
    return this.#running.size === 0;
  }

  /** Whether there was room. */
  submit(address: Iova): boolean {
    if (this.#room === 0) {
      return false;
    }
    this.#room -= 1;
    this.#waiting.push(address);
    this.#advance();
    return true;
  }

  /** A command was answered: the client may submit another one. */
  answered(): void {
    this.#room += 1;
  }

  /** Nothing of what was submitted leaves a trace any more, and there is no room until {@link CommandQueue.restore}. */
  abandon(): void {
    this.#room = 0;
    this.#waiting.length = 0;
    for (const command of this.#running) {
      command.abandon();
    }
  }

  /** As new; to be called when it is quiet. */
  restore(): void {
    this.#room = COMMAND_ROOM;
  }

  /** Whether a command uses a resource. */
  uses(handle: number): boolean {
    for (const command of this.#running) {
      if (command.handle === handle) {
        return true;
      }
    }
    return false;
  }

  /** Resolves as soon as no command is worked on. */
  whenQuiet(): Promise<void> {
    return this.#when(() => this.isQuiet);
  }

  /** Resolves as soon as no command uses a resource. */
  whenUnused(handle: number): Promise<void> {
    return this.#when(() => !this.uses(handle));
  }

  #when(condition: () => boolean): Promise<void> {
    if (condition()) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (condition()) {
          this.#watchers.delete(watcher);
          resolve();
        }
      };
      this.#watchers.add(watcher);
    });
  }

  #advance(): void {
    while (this.#running.size < CONTEXT_IN_FLIGHT) {
      const address = this.#waiting.shift();
      if (address === undefined) {
        return;
      }
      const command = new Command(address, this.#spare.pop() ?? new CommandBuffers());
      this.#running.add(command);
      void this.#run(command).finally(() => {
        this.#running.delete(command);
        this.#spare.push(command.buffers);
        for (const watcher of [...this.#watchers]) {
          watcher();
        }
        this.#advance();
      });
    }
  }
}
