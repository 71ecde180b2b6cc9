import { payloadOf, versionPayload } from '../message/index.js';
import type { Random } from '../random/index.js';
import type { DescriptorKind } from '../sequence/index.js';

/** What a server says, before it is spoilt. */
export interface Reply {
  readonly payload: Uint8Array;
  readonly fds: readonly DescriptorKind[];
}

const VERSION_TEXTS: readonly string[] = [
  '{"capabilities":{}}\0',
  '{"capabilities":{"max_msg_fds":8,"max_data_xfer_size":1048576}}\0',
  '{"capabilities":{"max_msg_fds":1,"max_data_xfer_size":64,"max_dma_maps":2}}\0',
];
const TWIN_TEXT = '{"capabilities":{"twin_socket":{"supported":true,"fd_index":0}}}\0';

/** A reply that a client could be content with, of a device with a region of 16 KiB at every index. */
export function plausibleReply(random: Random, command: number, request: Uint8Array): Reply {
  const view = new DataView(request.buffer, request.byteOffset, request.length);
  const word = (at: number): number => (at + 4 <= request.length ? view.getUint32(at, true) : 0);
  switch (command) {
    case 1:
      return random.chance(20)
        ? { payload: versionPayload(TWIN_TEXT), fds: ['socket'] }
        : { payload: versionPayload(random.pick(VERSION_TEXTS)), fds: [] };
    case 3:
      return { payload: request.slice(0, 24), fds: [] };
    case 4:
      return { payload: payloadOf(16, random.pick([1, 2, 3]), 9, 5), fds: [] };
    case 5:
      return regionInfo(random, word(0), word(8));
    case 7:
      return { payload: payloadOf(16, 1, word(8), 4), fds: [] };
    case 9:
      return {
        payload: payloadOf(request.slice(0, 16), new Uint8Array(Math.min(word(12), 0x1_0000))),
        fds: [],
      };
    case 10:
      return { payload: request.slice(0, 16), fds: [] };
    case 16:
      return { payload: feature(random, request, word(4)), fds: [] };
    case 17: {
      const size = random.below(Math.min(word(4), 200) + 1);
      return { payload: payloadOf(8 + size, size, new Uint8Array(size)), fds: [] };
    }
    default:
      return { payload: new Uint8Array(0), fds: [] };
  }
}

/** Readable, writable and mappable, with two areas in a chain, or with a chain of another kind. */
function regionInfo(random: Random, argsz: number, index: number): Reply {
  const areas = payloadOf(0x1_0001, 0, 2, 0, 0n, 0x1000n, 0x2000n, 0x1000n);
  const chains = [
    areas,
    payloadOf(0x1_0001, 80, 2, 0, 0n, 0x1000n, 0x2000n, 0x1000n, 0x1_0002, 0, 1, 2),
    payloadOf(0x1_0002, 32, 1, 2),
    payloadOf(0x1_0003, 0),
  ];
  const chain = random.pick(chains);
  const size = 32 + chain.length;
  if (argsz < size) {
    return { payload: payloadOf(size, 0xf, index, 0, 0x4000n, 0n), fds: [] };
  }
  return { payload: payloadOf(size, 0xf, index, 32, 0x4000n, 0n, chain), fds: ['memory'] };
}

function feature(random: Random, request: Uint8Array, flags: number): Uint8Array {
  if ((flags & 0x1_0000) === 0) {
    return request;
  }
  const data = payloadOf(random.below(9), 0, random.next(), 0);
  return payloadOf(8 + data.length, flags, data);
}
