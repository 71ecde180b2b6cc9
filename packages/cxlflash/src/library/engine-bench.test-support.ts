import { ManualClock, MdevError } from '@mdevkit/core';
import { CommandEngine, nowhere, type Command } from './command/index.js';
import { FakeAfu } from './fake-afu.test-support.js';
import { ContextMemory } from './memory/index.js';
import { HostWindow } from './setup/index.js';

/** A command, and what became of it. */
export interface WatchedCommand extends Command {
  /** `none` while it is under way, `good`, or the reason of its error. */
  outcome: string;
  error: MdevError | undefined;
  /** How often it has ended. */
  ends: number;
}

export const IOVA = 0x1_0000_0000;

/** An engine with an AFU whose commands end as the test says, and a clock that the test moves. */
export class EngineBench implements Disposable {
  readonly clock = new ManualClock();
  readonly memory: ContextMemory;
  readonly afu: FakeAfu;
  readonly engine: CommandEngine;
  /** What the engine has lost its context to. */
  readonly losses: string[] = [];

  constructor({ slots = 4, bufferBytes = 0x1_0000, timeoutMs = 5000 } = {}) {
    const shape = { slots, bufferBytes };
    this.memory = new ContextMemory(shape, (bytes) => new Uint8Array(bytes), IOVA);
    this.afu = new FakeAfu(this.memory);
    this.engine = new CommandEngine({
      window: new HostWindow(this.afu, 0, 0),
      memory: this.memory,
      clock: this.clock,
      contextNumber: 5,
      timeoutMs,
      onLost: ({ reason }) => {
        this.losses.push(reason);
      },
    });
  }

  /** Ends what is under way. */
  [Symbol.dispose](): void {
    this.engine.fail(new MdevError('EBADF', 'bench.closed', 'the test is over'));
  }

  /** Submits a command of one block, or of what is given. */
  submit(given: Partial<Command> = {}): WatchedCommand {
    const bytes = given.bytes ?? new Uint8Array(4096);
    const command: WatchedCommand = {
      resource: 7,
      isWrite: false,
      lba: 0,
      blockCount: bytes.length / 4096,
      length: bytes.length,
      place: nowhere(),
      verify: () => Promise.resolve(),
      ...given,
      bytes,
      outcome: 'none',
      error: undefined,
      ends: 0,
      settle: (error) => {
        command.ends += 1;
        command.outcome = error?.reason ?? 'good';
        command.error = error;
      },
    };
    this.engine.submit(command);
    return command;
  }
}

/** The reason of what a promise rejects with, `none` if it resolves. */
export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? error.reason : String(error);
  }
}

/** Lets everything happen that waits for nothing but promises. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await Promise.resolve();
  }
}
