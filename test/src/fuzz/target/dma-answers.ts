import {
  commandOf,
  ERROR,
  HEADER_SIZE,
  idOf,
  messageOf,
  payloadOf,
  TYPE_REPLY,
} from '../message/index.js';
import type { Random } from '../random/index.js';
import { describeBytes } from '../sequence/index.js';
import { FuzzFailure } from './fuzz-failure.js';

const READ = 11;
const WRITE = 12;

/**
 * What the client sends back for DMA_READ or DMA_WRITE: mostly what is due, and else nothing, an error, too much, too
 * little, twice, or to somebody else. Throws FuzzFailure for what is no such message.
 */
export function answersTo(
  random: Random,
  message: Uint8Array,
  maxTransfer: number,
): readonly Uint8Array[] {
  const command = commandOf(message);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if ((command !== READ && command !== WRITE) || message.length < HEADER_SIZE + 16) {
    throw new FuzzFailure(`a command that no server sends: ${describeBytes(message)}`);
  }
  const address = view.getBigUint64(HEADER_SIZE, true);
  const count = view.getBigUint64(HEADER_SIZE + 8, true);
  const length = command === READ ? 0 : Number(count);
  if (count === 0n || count > BigInt(maxTransfer) || message.length !== HEADER_SIZE + 16 + length) {
    throw new FuzzFailure(`DMA of a wrong size: ${describeBytes(message)}`);
  }
  const id = idOf(message);
  const reply = (size: number, said = BigInt(size), to = id): Uint8Array =>
    messageOf(
      command,
      payloadOf(address, said, new Uint8Array(command === READ ? size : 0).fill(0xd5)),
      { id: to, flags: TYPE_REPLY },
    );
  const good = reply(Number(count));
  switch (random.below(24)) {
    case 0:
      return [];
    case 1:
      return [
        messageOf(command, new Uint8Array(0), {
          id,
          flags: TYPE_REPLY | ERROR,
          errno: random.pick([0, 1, 14, 5000]),
        }),
      ];
    case 2:
      return [reply(Number(count) + 1)];
    case 3:
      return [reply(Number(count) - 1)];
    case 4:
      return [good, good];
    case 5:
      return [reply(Number(count), count, (id + 1) & 0xffff)];
    case 6:
      return [reply(0, 2n ** 64n - 1n)];
    case 7:
      return random.chance(20)
        ? [messageOf(command, new Uint8Array(0), { id, flags: TYPE_REPLY })]
        : [good];
    default:
      return [good];
  }
}
