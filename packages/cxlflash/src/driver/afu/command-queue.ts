import type { Iova } from '@mdevkit/core';
import { COMMAND_ROOM } from '../../abi/index.js';
import { Command, CommandBuffers } from './command.js';

/** Buffers that are kept for the next commands. */
const MOST_SPARE = 16;

/**
 * The commands of one context. The client sees how much room there is and must not submit more.
 *
 * A command that was abandoned, or whose time is over, keeps its room until the last thing it has begun is over, so that
 * giving up over and over does not pile up work; {@link CommandQueue.whenQuiet} waits for that.
 */
export class CommandQueue {
  readonly #run: (command: Command) => Promise<void>;
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

  /** Begins a command; whether there was room. */
  submit(address: Iova): boolean {
    if (this.#room === 0) {
      return false;
    }
    this.#room -= 1;
    const command = new Command(address, this.#spare.pop() ?? new CommandBuffers());
    this.#running.add(command);
    void this.#run(command).finally(() => {
      this.#ended(command);
    });
    return true;
  }

  /** A command was answered and does nothing more: the client may submit another one. */
  answered(): void {
    this.#room += 1;
  }

  /** Nothing of what was submitted leaves a trace any more, and there is no room until {@link CommandQueue.restore}. */
  abandon(): void {
    this.#room = 0;
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
    return this.#when(() => this.#running.size === 0);
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

  #ended(command: Command): void {
    this.#running.delete(command);
    if (this.#spare.length < MOST_SPARE) {
      this.#spare.push(command.buffers);
    }
    for (const watcher of [...this.#watchers]) {
      watcher();
    }
  }
}
