import { type Qemu, type QemuExit, type QmpClient } from '../qemu/index.js';
import { type WaitOptions } from '../support/index.js';
import { type CommandChannel } from './command-channel.js';
import { GuestError } from './guest-error.js';
import { type CommandResult } from './markers.js';

const COMMAND_LIMIT_MS = 30_000;

/** A Linux that runs in a QEMU, and a shell in it. Disposing it ends the QEMU at once. */
export class Guest implements AsyncDisposable {
  readonly #commands: CommandChannel;

  constructor(
    readonly qemu: Qemu,
    commands: CommandChannel,
  ) {
    this.#commands = commands;
  }

  get monitor(): QmpClient {
    return this.qemu.monitor;
  }

  /**
   * Runs a script in `sh` and gives how it ended and what it printed; one after the other.
   *
   * @throws GuestError if it has not ended after `limitMs`, or the guest goes away
   */
  async run(command: string, limitMs = COMMAND_LIMIT_MS): Promise<CommandResult> {
    try {
      return await this.#commands.run(command, limitMs);
    } catch (error) {
      if (this.#commands.closed) {
        // The channel may end before the console has told why.
        await this.qemu.waitForExit();
      }
      throw this.#failure(error);
    }
  }

  /**
   * Runs a script that must succeed, and gives what it printed without white space at its end.
   *
   * @throws GuestError if it ends with another code than 0
   */
  async read(command: string, limitMs = COMMAND_LIMIT_MS): Promise<string> {
    const { code, output } = await this.run(command, limitMs);
    if (code !== 0) {
      throw this.#failure(new Error(`${command} ended with ${code}: ${output}`));
    }
    return output.trimEnd();
  }

  /** Waits for something on the console, where the kernel writes. */
  async waitFor(pattern: RegExp, options: WaitOptions = {}): Promise<RegExpExecArray> {
    return this.qemu.console.waitFor(pattern, options);
  }

  /** Switches the guest off and waits until its QEMU has ended. */
  async powerOff(): Promise<QemuExit> {
    this.#commands.send('poweroff -f');
    return this.qemu.waitForExit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.qemu[Symbol.asyncDispose]();
  }

  #failure(error: unknown): GuestError {
    const message = error instanceof Error ? error.message : String(error);
    return new GuestError(message, this.qemu, error);
  }
}
