import { closeSync, openSync, readdirSync } from 'node:fs';
import { NativeBuffer, UnixStream } from '@mdevkit/linux';
import { Incoming, type IncomingOptions } from './incoming.js';
import { Outgoing, type OutgoingOptions } from './outgoing.js';

/** Both ends of a connection: one is used by what is tested, the other by the test. */
export interface WireBench extends Disposable {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  /** The end of the class under test. */
  readonly ours: UnixStream;
  /** The other end. */
  readonly peer: UnixStream;
  /** The peer sends bytes with one sendmsg. */
  send(bytes: Uint8Array, fds?: readonly number[]): void;
  /** All that the peer can read now, in reads of `most` bytes; with the number of descriptors of each. */
  read(most?: number): readonly Read[];
}

export interface Read {
  readonly bytes: Uint8Array;
  readonly fds: number;
}

export type WireOptions = Partial<IncomingOptions & OutgoingOptions>;

export function openWire(options: WireOptions = {}): WireBench {
  const { maxMessage = 4096, maxDescriptors = 4, maxPayload = 4096, maxQueued = 1 << 20 } = options;
  const { takesSocket = () => false } = options;
  const [ours, peer] = UnixStream.pair();
  const incoming = new Incoming(ours, { maxMessage, maxDescriptors, takesSocket });
  const outgoing = Outgoing.on(ours, { maxPayload, maxQueued });
  const buffer = NativeBuffer.allocate(1 << 22);
  return {
    incoming,
    outgoing,
    ours,
    peer,
    send: (bytes, fds) => {
      buffer.bytes.set(bytes);
      const taken = peer.send(buffer, 0, bytes.length, fds);
      if (taken !== bytes.length) {
        throw new Error(`the socket took ${taken} of ${bytes.length} bytes`);
      }
    },
    read: (most = buffer.size) => {
      const reads: Read[] = [];
      for (;;) {
        const count = peer.receive(buffer, 0, most);
        if (count <= 0) {
          return reads;
        }
        const fds = peer.takeDescriptors();
        fds.forEach((fd) => closeSync(fd));
        reads.push({ bytes: buffer.bytes.slice(0, count), fds: fds.length });
      }
    },
    [Symbol.dispose]: () => {
      incoming[Symbol.dispose]();
      outgoing[Symbol.dispose]();
      ours[Symbol.dispose]();
      peer[Symbol.dispose]();
      buffer[Symbol.dispose]();
    },
  };
}

/** Bytes of a message. */
export function message(
  id: number,
  payload: readonly number[] | Uint8Array = [],
  { command = 9, flags = 0, errno = 0, size = 16 + payload.length } = {},
): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id, true);
  view.setUint16(2, command, true);
  view.setUint32(4, size, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, errno, true);
  bytes.set(payload, 16);
  return bytes;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The payload of the current message. */
export function payloadOf({ bytes, at, length }: Incoming): number[] {
  return [...bytes.subarray(at, at + length)];
}

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Descriptors to lend, closed at the end of the scope. */
export function someDescriptors(count: number): Disposable & { readonly fds: readonly number[] } {
  const fds = Array.from({ length: count }, () => openSync('/dev/null', 'r'));
  return {
    fds,
    [Symbol.dispose]: () => {
      fds.forEach((fd) => closeSync(fd));
    },
  };
}
