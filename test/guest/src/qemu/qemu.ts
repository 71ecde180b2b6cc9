import { type ChildProcess, spawn } from 'node:child_process';
import { type Duplex } from 'node:stream';
import { trackDisposable, trackReleased } from '@mdevkit/core';
import { type Command, type Lab, withArguments } from '../lab/index.js';
import { TextLog, withDeadline } from '../support/index.js';
import { channelDescriptors, commandLine, type MachineOptions } from './command-line.js';
import { QmpClient } from './qmp-client.js';

/** How QEMU ended. */
export interface QemuExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

const EXIT_LIMIT_MS = 30_000;

/**
 * A running QEMU. It ends with its disposal at the latest, and with this process, however that ends.
 *
 * Its console, its monitor and its other channels are socket pairs that it inherits: there is no path to
 * clean up, and nothing to wait for until it listens.
 */
export class Qemu implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #kill: () => void;
  #monitor: QmpClient | undefined;
  #ended: QemuExit | undefined;
  /** What the kernel and the firmware print: serial port 0. */
  readonly console = new TextLog('console');
  /** What QEMU itself prints. */
  readonly messages = new TextLog('QEMU');
  /** Serial port 1. */
  readonly commands: Duplex;
  /** The test protocol; only under the accelerator `qtest`. */
  readonly qtest: Duplex;
  /** Settles when QEMU has ended, for whatever reason. */
  readonly exited: Promise<QemuExit>;

  private constructor(lab: Lab, options: MachineOptions) {
    const { file, args, env } = endsWithItsParent(withArguments(lab.qemu, ...commandLine(options)));
    // The numbers of the descriptors are positions in `stdio`.
    this.#child = spawn(file, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#kill = (): void => {
      this.#child.kill('SIGKILL');
    };
    process.once('exit', this.#kill);
    this.#child.stdout?.on('data', (piece: Buffer) => this.messages.append(piece));
    this.#child.stderr?.on('data', (piece: Buffer) => this.messages.append(piece));
    this.#channel('console').on('data', (piece: Buffer) => this.console.append(piece));
    this.commands = this.#channel('commands');
    this.qtest = this.#channel('qtest');
    this.exited = this.#watchExit();
    trackDisposable(this);
  }

  /**
   * Starts QEMU and connects to its monitor. The guest runs already when this resolves.
   *
   * @throws Error with what QEMU said, if it does not come up
   */
  static async start(lab: Lab, options: MachineOptions): Promise<Qemu> {
    const qemu = new Qemu(lab, options);
    try {
      qemu.#monitor = await QmpClient.connect(qemu.#channel('monitor'));
      return qemu;
    } catch (error) {
      await qemu[Symbol.asyncDispose]();
      throw new Error(`QEMU did not start: ${qemu.messages.tail()}`, { cause: error });
    }
  }

  get monitor(): QmpClient {
    if (this.#monitor === undefined) {
      throw new Error('QEMU has no monitor yet');
    }
    return this.#monitor;
  }

  /** How it ended; `undefined` while it runs. */
  get ended(): QemuExit | undefined {
    return this.#ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until QEMU ends by itself, for example because the guest is switched off. */
  async waitForExit(limitMs = EXIT_LIMIT_MS): Promise<QemuExit> {
    return withDeadline(
      this.exited,
      limitMs,
      () => new Error(`QEMU still runs\n${this.console.tail()}`),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.exited;
    trackReleased(this);
  }

  #channel(name: keyof typeof channelDescriptors): Duplex {
    // What `pipe` makes of a descriptor above 2 is a socket pair: libuv uses it both ways.
    const streams: readonly unknown[] = this.#child.stdio;
    return streams[channelDescriptors[name]] as Duplex;
  }

  async #watchExit(): Promise<QemuExit> {
    let failure: unknown;
    this.#child.once('error', (error) => {
      failure = error;
    });
    const channels = Object.keys(channelDescriptors) as (keyof typeof channelDescriptors)[];
    // Writing to a QEMU that is gone: what waits for an answer is told by the end of the channel.
    channels.forEach((name) => this.#channel(name).on('error', () => undefined));
    channels.filter((name) => name !== 'console').forEach((name) => this.#channel(name).resume());
    await new Promise((resolve) => this.#child.once('close', resolve));
    process.removeListener('exit', this.#kill);
    this.console.end();
    if (failure instanceof Error) {
      this.messages.append(Buffer.from(failure.message));
    }
    this.messages.end();
    const { exitCode, signalCode } = this.#child;
    this.#ended = { code: exitCode ?? undefined, signal: signalCode ?? undefined };
    return this.#ended;
  }
}

/** The kernel kills it when this process is gone (prctl(2), `PR_SET_PDEATHSIG`). */
function endsWithItsParent({ file, args, env }: Command): Command {
  const command = { file: 'setpriv', args: ['--pdeathsig', 'KILL', '--', file, ...args] };
  return env === undefined ? command : { ...command, env };
}
