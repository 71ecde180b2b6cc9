import { EventChannelClass, MdevHost, type Control, type ObjectEvents } from '@mdevkit/core';
import {
  againstForeign,
  alone,
  micro,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';
import { Counter, counterDriver, counterType } from './counter-driver.js';
import { drain, notify, QUEUED } from './events.js';
import { overSocket } from './over-socket.js';

/**
 * The control plane: a call of four attributes in process, the same between two processes over a socket, and events from
 * the device to a reader.
 */
export const control: Benchmark = {
  name: 'control',
  measures: [
    againstForeign('control.call', 'a promise that is resolved'),
    alone('event.notify'),
    alone('event.drain'),
    againstForeign('control.call.socket', 'a bare ping-pong'),
    againstForeign('control.call.socket.block', 'a bare ping-pong'),
  ],
  run: async () => [...(await inProcess()), ...(await overSocket())],
};

async function inProcess(): Promise<readonly Measurement[]> {
  let events: ObjectEvents | undefined;
  await using host = new MdevHost();
  await host.load(
    counterDriver((made) => {
      events = made;
    }),
  );
  const { uuid } = await host.create(counterType);
  await using device = await host.open(uuid);
  await using client = await device.control();
  const call = await timeOfCall(client);
  return [call, ...(await timesOfEvents(client, () => events))];
}

async function timeOfCall(client: Control): Promise<Measurement> {
  const { handle } = await client.call(Counter, 'create', {});
  const args = { handle, amount: 1, limit: 1000 };
  const measured = await micro(
    'control.call',
    () => client.call(Counter, 'add', args),
    () => Promise.resolve(args),
  );
  await client.call(Counter, 'destroy', { handle });
  return measured;
}

async function timesOfEvents(
  client: Control,
  events: () => ObjectEvents | undefined,
): Promise<readonly Measurement[]> {
  const { handle: channel } = await client.call(EventChannelClass, 'create', { capacity: QUEUED });
  await client.call(Counter, 'create', { channel });
  const source = events();
  if (source === undefined) {
    throw new Error('no counter was made');
  }
  return [await notify(channel, source), await drain(channel, source)];
}
