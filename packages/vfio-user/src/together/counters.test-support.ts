import { setImmediate as turn } from 'node:timers/promises';
import {
  EventChannelClass,
  MdevError,
  MdevHost,
  type Control,
  type Handle,
  type ObjectDescriptor,
} from '@mdevkit/core';
import { VfioUserServer, type ServerOptions } from '../server/index.js';
import { SocketPath } from './both-ways.test-support.js';
import { Counter, counterDriver, type CounterLog } from './control-model.test-support.js';

/** A server of counters, for the scope of a test. */
export class Counters implements AsyncDisposable {
  readonly log: CounterLog = { alive: 0, fds: [], gate: Promise.resolve() };
  readonly #path = new SocketPath();
  readonly #host = new MdevHost();
  #server: VfioUserServer | undefined;
  uuid = '';

  static async open(options: Partial<ServerOptions> = {}): Promise<Counters> {
    const counters = new Counters();
    await counters.#host.load(counterDriver(counters.log));
    const { uuid } = await counters.#host.create({ parent: 'bench0', type: 'counters-one' });
    counters.uuid = uuid;
    const { path } = counters.#path;
    counters.#server = VfioUserServer.listen(await counters.#host.attach(uuid), {
      path,
      ...options,
    });
    counters.#server.run();
    return counters;
  }

  get path(): string {
    return this.#path.path;
  }

  remove(): Promise<void> {
    return this.#host.remove(this.uuid, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close();
    await this.#host[Symbol.asyncDispose]();
    this.#path[Symbol.dispose]();
  }
}

export async function failure(run: () => Promise<unknown>): Promise<MdevError> {
  try {
    await run();
  } catch (error) {
    if (MdevError.is(error)) {
      return error;
    }
    throw error;
  }
  throw new Error('it did not fail');
}

export async function counterOf(control: Control, start = 0): Promise<Handle<'COUNTER'>> {
  const { handle } = await control.call(Counter, 'create', { start });
  return handle;
}

/** A counter with one event that is read, in a channel of its own. */
export async function unacknowledged(
  control: Control,
): Promise<{ channel: ObjectDescriptor; handle: Handle<'COUNTER'> }> {
  const { handle: channel } = await control.call(EventChannelClass, 'create', {});
  const { handle } = await control.call(Counter, 'create', { start: 0, channel });
  await control.call(Counter, 'add', { handle, amount: 1 });
  await channel.read(new Uint8Array(64));
  return { channel, handle };
}

/** Of events of an object: {u64 element, u32 count, u32 0}. */
export function acknowledgement(element: number, count: number): Uint8Array {
  const data = new Uint8Array(16);
  const view = new DataView(data.buffer);
  view.setBigUint64(0, BigInt(element), true);
  view.setUint32(8, count, true);
  return data;
}

export async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) {
    await turn();
  }
}
