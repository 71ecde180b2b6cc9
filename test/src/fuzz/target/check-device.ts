import {
  ERROR,
  errnoOf,
  flagsOf,
  HEADER_SIZE,
  messageOf,
  payloadOf,
  versionPayload,
} from '../message/index.js';
import type { FuzzModel } from '../models/index.js';
import type { Driving } from './driving.js';
import { FuzzFailure } from './fuzz-failure.js';
import type { HostileClient } from './hostile-client.js';

const RESET = messageOf(13, new Uint8Array(0), { id: 2 });

/** The device still serves a client that behaves. Throws FuzzFailure. */
export async function checkDevice(
  driving: Driving,
  { region, offset, value }: FuzzModel['identity'],
): Promise<void> {
  await driving.hangUp();
  using client = driving.connect();
  await driving.accepted();
  await ask(driving, client, messageOf(1, versionPayload('{"capabilities":{}}\0'), { id: 1 }));
  // It may have been cut off because it did not become quiet.
  await ask(driving, client, RESET);
  const identity = messageOf(9, payloadOf(BigInt(offset), region, 4), { id: 3 });
  const reply = await ask(driving, client, identity);
  const read = new DataView(reply.buffer, reply.byteOffset).getUint32(HEADER_SIZE + 16, true);
  if (read !== value) {
    throw new FuzzFailure(`the device identifies itself as ${read.toString(16)}`);
  }
}

async function ask(
  driving: Driving,
  client: HostileClient,
  message: Uint8Array,
): Promise<Uint8Array> {
  client.send(message);
  const reply = await driving.replyTo(client);
  if ((flagsOf(reply) & ERROR) !== 0) {
    throw new FuzzFailure(`a client that behaves gets errno ${errnoOf(reply)}`);
  }
  return reply;
}
