import { commandOf, ERROR, errnoOf, flagsOf, HEADER_SIZE, TYPE_REPLY } from '../message/index.js';
import { describeBytes } from '../sequence/index.js';
import { FuzzFailure } from './fuzz-failure.js';

const LARGEST_ERRNO = 4095;

/** A message that wants a reply. */
export interface Asked {
  readonly id: number;
  readonly command: number;
  /** It is no command: its answer is an error. */
  readonly refused: boolean;
  /** Of a read that is as long as one must be. */
  readonly count: number | undefined;
}

/** Bytes of the payload of a success: exactly, or at least. */
interface Shape {
  readonly exactly?: number;
  readonly least?: number;
  readonly descriptors?: number;
}

const EMPTY: Shape = { exactly: 0 };

/** By command that a client may send. Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU). */
const shapes: ReadonlyMap<number, Shape> = new Map([
  // With an object `capabilities` and a NUL.
  [1, { least: 4 + '{"capabilities":{}}\0'.length, descriptors: 1 }],
  [2, EMPTY],
  [3, { least: 24 }],
  [4, { exactly: 16 }],
  [5, { least: 32, descriptors: 1 }],
  [6, { least: 16, descriptors: 253 }],
  [7, { exactly: 16 }],
  [8, EMPTY],
  [10, { exactly: 16 }],
  [13, EMPTY],
  [15, { exactly: 8 }],
  [16, { least: 8 }],
  [17, { least: 8 }],
  [18, EMPTY],
]);

/** Throws FuzzFailure for a reply that is not formed as the protocol wants it. */
export function checkReply(
  reply: Uint8Array,
  { command, refused, count }: Asked,
  descriptors: number,
): void {
  const payload = reply.length - HEADER_SIZE;
  const flags = flagsOf(reply);
  const errno = errnoOf(reply);
  const isError = flags === (TYPE_REPLY | ERROR);
  if (isError) {
    require(payload === 0 && errno >= 1 && errno <= LARGEST_ERRNO && descriptors === 0, reply);
    return;
  }
  require(flags === TYPE_REPLY && errno === 0 && !refused, reply);
  if (command === 9) {
    // A client that cannot read errors is answered with data, and with none where there would be too much.
    const length = count ?? Math.max(0, payload - 16);
    require((payload === 16 + length || payload === 16) && descriptors === 0, reply);
    return;
  }
  const shape = shapes.get(command);
  require(shape !== undefined, reply);
  const { exactly = payload, least = 0, descriptors: most = 0 } = shape ?? EMPTY;
  require(payload === exactly && payload >= least && descriptors <= most, reply);
}

function require(condition: boolean, reply: Uint8Array): void {
  if (!condition) {
    throw new FuzzFailure(
      `a reply that is not well formed: ${describeBytes(reply)} of ${commandOf(reply)}`,
    );
  }
}
