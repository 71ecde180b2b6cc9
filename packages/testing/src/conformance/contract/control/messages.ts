import type { AttachedDevice, ControlTransport } from '@mdevkit/core';
import { LocalTransport } from '@mdevkit/core';
import { IbUverbsIoctlHdr } from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { answerOf, settled } from '../support/index.js';

/** What is asked for in a message without attributes. */
export interface Call {
  readonly object: number;
  readonly method: number;
  readonly driver: number;
}

/** The header of a call; `length` and `attributes` are what the message says that it has. */
export function message(
  { object, method, driver }: Call,
  { length = IbUverbsIoctlHdr.size, attributes = 0 } = {},
): Uint8Array {
  return IbUverbsIoctlHdr.encode({
    length,
    object_id: object,
    method_id: method,
    num_attrs: attributes,
    reserved1: 0n,
    driver_id: driver,
    reserved2: 0,
  });
}

/** The control plane of a device as a transport has it, to send what no client would. */
function transportOf({ endpoint }: AttachedDevice): ControlTransport {
  return new LocalTransport(endpoint.objects.open());
}

/** Sends bytes: `done`, or the errno. Fails if the driver broke the call. */
export async function send(
  bench: Bench,
  transport: ControlTransport,
  bytes: Uint8Array,
  what: string,
): Promise<string> {
  const call = async (): Promise<unknown> => transport.call({ bytes, descriptors: [] });
  const answer = await answerOf(bench, what, call());
  return 'value' in answer ? 'done' : answer.error.code;
}

export async function withTransport(
  bench: Bench,
  attached: AttachedDevice,
  use: (transport: ControlTransport) => Promise<void>,
): Promise<void> {
  const transport = transportOf(attached);
  try {
    await use(transport);
  } finally {
    await settled(bench, 'a close of the control plane', transport.close());
  }
}
