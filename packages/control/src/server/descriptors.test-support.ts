import type { ObjectDescriptor } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { expect } from 'chai';
import type { SocketTransport } from '../client/socket-transport.js';
import type { ControlServerOptions } from './options.js';
import type { OpenObject } from './plane.js';
import { RawClient } from './raw-client.test-support.js';
import { Served } from './served.test-support.js';

const CALL = 1;
const empty = new Uint8Array(0);

/** A served plane whose calls all answer one object. */
export function serving(
  objects: readonly OpenObject[],
  options?: Partial<ControlServerOptions>,
): Served {
  const served = new Served(options);
  served.plane.onCall = () => ({ bytes: Uint8Array.of(1), descriptors: objects });
  return served;
}

export async function descriptorsOf(
  control: SocketTransport,
): Promise<readonly ObjectDescriptor[]> {
  const { descriptors } = await control.call({ bytes: empty, descriptors: [] });
  return descriptors;
}

export async function descriptorOf(control: SocketTransport): Promise<ObjectDescriptor> {
  return (await descriptorsOf(control))[0]!;
}

/** The descriptor of the first object as a raw stream. */
export async function rawDescriptor(path: string): Promise<{ main: RawClient; raw: RawClient }> {
  const main = await RawClient.greeted(path);
  main.send(CALL, Uint8Array.of(1));
  const { descriptors } = await main.frame();
  expect([descriptors, main.fds.length]).to.deep.equal([1, 1]);
  return { main, raw: new RawClient(UnixStream.adopt(main.fds.shift()!)) };
}
