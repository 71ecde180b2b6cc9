import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectControl } from '@mdevkit/control';
import type { Control } from '@mdevkit/core';
import { median, ofRuns, type Measurement } from '../measure/index.js';
import { Link } from '../vfio-user/link.js';
import type { ServerMode } from '../vfio-user/shared.js';
import { Counter } from './counter-driver.js';
import { POLLING } from './polling.js';

/** Many short runs: most of them are over before the kernel lets another process have the core. */
const RUNS = 201;
const TRIPS = 250;
/** Bytes of the frames of `add`: 16 of the frame, 24 of the header, and 16 for each of four attributes. */
const REQUEST = 16 + 24 + 4 * 16;
const REPLY = 16 + 24 + 16;

/**
 * Round trips of a call between two processes; the baseline is a bare ping-pong of as many bytes between the same two,
 * which wait in the same way: `poll` tries again and again, `block` sleeps in the kernel.
 */
export async function overSocket(): Promise<readonly Measurement[]> {
  const results: Measurement[] = [];
  for (const mode of ['poll', 'block'] as const) {
    await using peers = await Peers.start(mode);
    results.push(await compare(peers, mode));
  }
  return results;
}

async function compare({ control, echo }: Peers, mode: ServerMode): Promise<Measurement> {
  const { handle } = await control.call(Counter, 'create', {});
  const args = { handle, amount: 1, limit: 1000 };
  const [runs, floors]: [number[], number[]] = [[], []];
  echo.buffer.view.setUint32(0, REPLY, true);
  for (let i = 0; i < RUNS; i++) {
    floors.push(timeOfPings(echo));
    runs.push(await timeOfTrips(() => control.call(Counter, 'add', args)));
  }
  const baseline = median(floors);
  const name = mode === 'poll' ? 'control.call.socket' : 'control.call.socket.block';
  return { ...ofRuns(name, 'ns', runs), baseline, ratio: median(runs) / baseline };
}

/** The first one waits until the server has given the other connection up. */
async function timeOfTrips(run: () => Promise<unknown>): Promise<number> {
  await run();
  const begin = process.hrtime.bigint();
  for (let i = 0; i < TRIPS; i++) {
    await run();
  }
  return Number(process.hrtime.bigint() - begin) / TRIPS;
}

/** The same of the bare loop. */
function timeOfPings(echo: Link): number {
  echo.roundTrip(REQUEST, REPLY);
  const begin = process.hrtime.bigint();
  for (let i = 0; i < TRIPS; i++) {
    echo.roundTrip(REQUEST, REPLY);
  }
  return Number(process.hrtime.bigint() - begin) / TRIPS;
}

/** A server process with a connection to its control plane, and one to its bare loop. */
class Peers implements AsyncDisposable {
  readonly control: Control;
  readonly echo: Link;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, control: Control, echo: Link) {
    this.#child = child;
    this.#folder = folder;
    this.control = control;
    this.echo = echo;
  }

  static async start(mode: ServerMode): Promise<Peers> {
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-bench-'));
    const [path, echo] = [join(folder, 'control'), join(folder, 'echo')];
    const child = fork(join(import.meta.dirname, 'server.js'), [mode, path, echo]);
    await once(child, 'message');
    const control = await connectControl(path, { polling: POLLING[mode] });
    return new Peers(child, folder, control, new Link(echo, mode));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control.close();
    this.echo[Symbol.dispose]();
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    rmSync(this.#folder, { recursive: true });
  }
}
