import { join } from 'node:path';
import { connectControl } from '@mdevkit/control';
import type { Control } from '@mdevkit/core';
import { median, ofRuns, type Measurement } from '../measure/index.js';
import { ServerProcess, type Link, type ServerMode } from '../processes/index.js';
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
  readonly #server: ServerProcess;

  private constructor(server: ServerProcess, control: Control) {
    this.#server = server;
    this.control = control;
    this.echo = server.echo;
  }

  static async start(mode: ServerMode): Promise<Peers> {
    const server = await ServerProcess.start(join(import.meta.dirname, 'server.js'), mode);
    return new Peers(server, await connectControl(server.path, { polling: POLLING[mode] }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control.close();
    await this.#server[Symbol.asyncDispose]();
  }
}
