import { closeSync } from 'node:fs';
import { NativeBuffer, UnixStream } from '@mdevkit/linux';

const HEADER = 16;
/** Room for what a test sends or receives at once. */
const ROOM = 4 * 2 ** 20;

/** One message as it came over the wire. */
export interface RawMessage {
  readonly id: number;
  readonly command: number;
  readonly flags: number;
  readonly errno: number;
  readonly payload: Uint8Array;
  readonly fds: readonly number[];
}

export interface RawSend {
  readonly id?: number;
  readonly flags?: number;
  readonly errno?: number;
  /** What the header says of the size; a lie if it is given. */
  readonly size?: number;
  readonly fds?: readonly number[];
}

/** Carries one command out, as `VfioUserServer.processOne` does. */
export type Pump = () => unknown;

/**
 * A client that says exactly what a test wants it to say, in the process of the server or in another. It knows
 * nothing of the sources it tests: messages are put together and taken apart here once more.
 */
export class RawClient implements Disposable {
  readonly stream: UnixStream;
  readonly #buffer = NativeBuffer.allocate(ROOM);
  #pending: Uint8Array = new Uint8Array(0);
  readonly #fds: number[] = [];
  #id = 0;
  /** The other side has closed the connection. */
  ended = false;

  constructor(stream: UnixStream) {
    this.stream = stream;
  }

  static connect(path: string): RawClient {
    return new RawClient(UnixStream.connect(path));
  }

  /** Sends one message with one sendmsg. Returns its id. */
  send(command: number, payload: Uint8Array = new Uint8Array(0), options: RawSend = {}): number {
    const id = options.id ?? ++this.#id & 0xffff;
    this.sendBytes(message(id, command, payload, options), options.fds);
    return id;
  }

  /** Sends any bytes with one sendmsg. */
  sendBytes(bytes: Uint8Array, fds?: readonly number[]): void {
    this.#buffer.bytes.set(bytes);
    const taken = this.stream.send(this.#buffer, 0, bytes.length, fds);
    if (taken !== bytes.length) {
      throw new Error(`the socket took ${taken} of ${bytes.length} bytes`);
    }
  }

  /** The next whole message that has arrived; undefined if there is none. */
  receive(): RawMessage | undefined {
    this.#fill();
    const view = new DataView(this.#pending.buffer, this.#pending.byteOffset, this.#pending.length);
    if (view.byteLength < HEADER || view.byteLength < view.getUint32(4, true)) {
      return undefined;
    }
    const size = view.getUint32(4, true);
    const received = {
      id: view.getUint16(0, true),
      command: view.getUint16(2, true),
      flags: view.getUint32(8, true),
      errno: view.getUint32(12, true),
      payload: this.#pending.slice(HEADER, size),
      fds: this.#fds.splice(0),
    };
    this.#pending = this.#pending.slice(size);
    return received;
  }

  /** Sends a command, lets the server work, and answers its reply. Throws if there is none. */
  ask(pump: Pump, command: number, payload?: Uint8Array, options?: RawSend): RawMessage {
    this.send(command, payload, options);
    pump();
    return this.expect();
  }

  /** The next message. Throws if there is none. */
  expect(): RawMessage {
    const received = this.receive();
    if (received === undefined) {
      throw new Error(this.ended ? 'the connection is closed' : 'no message has arrived');
    }
    return received;
  }

  /** Closes what came with a message. */
  closeDescriptors({ fds }: RawMessage): void {
    fds.forEach((fd) => closeSync(fd));
  }

  /** A client on the socket that came with a message. */
  adopt({ fds }: RawMessage): RawClient {
    return new RawClient(UnixStream.adopt(fds[0] ?? -1));
  }

  /** Says VERSION, as `capabilities` or as the text that is given. */
  negotiate(pump: Pump, capabilities: object | string = {}, major = 0, minor = 0): RawMessage {
    return this.ask(pump, 1, versionPayload(capabilities, major, minor));
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds.splice(0)) {
      closeSync(fd);
    }
    this.stream[Symbol.dispose]();
    this.#buffer[Symbol.dispose]();
  }

  #fill(): void {
    while (!this.ended) {
      const count = this.stream.receive(this.#buffer, 0, ROOM);
      if (count < 0) {
        return;
      }
      this.#fds.push(...this.stream.takeDescriptors());
      if (count === 0) {
        this.ended = true;
        return;
      }
      const joined = new Uint8Array(this.#pending.length + count);
      joined.set(this.#pending);
      joined.set(this.#buffer.bytes.subarray(0, count), this.#pending.length);
      this.#pending = joined;
    }
  }
}

/** A message as bytes. */
export function message(
  id: number,
  command: number,
  payload: Uint8Array = new Uint8Array(0),
  { flags = 0, errno = 0, size = HEADER + payload.length }: RawSend = {},
): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id, true);
  view.setUint16(2, command, true);
  view.setUint32(4, size, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, errno, true);
  bytes.set(payload, HEADER);
  return bytes;
}

/** An object is put under the key `capabilities`; a string is sent as it is, with nothing added. */
export function versionPayload(capabilities: object | string, major = 0, minor = 0): Uint8Array {
  const text =
    typeof capabilities === 'string' ? capabilities : `${JSON.stringify({ capabilities })}\0`;
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + json.length);
  new DataView(bytes.buffer).setUint16(0, major, true);
  new DataView(bytes.buffer).setUint16(2, minor, true);
  bytes.set(json, 4);
  return bytes;
}

/** Little-endian fields one after the other: `u32` as numbers, `u64` as bigints, and bytes as they are. */
export function fields(...values: readonly (number | bigint | Uint8Array)[]): Uint8Array {
  const parts = values.map((value) => {
    if (typeof value === 'number') {
      return new Uint8Array(Uint32Array.of(value).buffer);
    }
    return typeof value === 'bigint' ? new Uint8Array(BigUint64Array.of(value).buffer) : value;
  });
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Payload of REGION_READ. */
export function readPayload(region: number, offset: number | bigint, count: number): Uint8Array {
  return fields(BigInt(offset), region, count);
}

/** Payload of REGION_WRITE; `count` is what it says, the length of the data unless it lies. */
export function writePayload(
  region: number,
  offset: number | bigint,
  data: Uint8Array,
  count = data.length,
): Uint8Array {
  return fields(BigInt(offset), region, count, data);
}
