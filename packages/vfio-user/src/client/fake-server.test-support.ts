import { Errno } from '@mdevkit/uapi';
import { UnixStream, watch } from '@mdevkit/linux';
import {
  fields,
  RawClient,
  versionPayload,
  type RawMessage,
  type RawSend,
} from '../server/raw-client.test-support.js';
import { VfioUserDevice, type VfioUserDeviceOptions } from './vfio-user-device.js';

const REPLY = 1;
const ERROR = 0x20;
const NO_REPLY = 0x10;

/** What a fake server does with one command. Without an answer it stays silent. */
export type FakeHandler = (request: RawMessage, server: FakeServer) => Uint8Array | undefined;

export interface FakeOptions {
  /** What it answers to VERSION; `{}` by default. */
  readonly capabilities?: object | string;
  readonly handlers?: Readonly<Record<number, FakeHandler>>;
  readonly device?: VfioUserDeviceOptions;
}

/** Bytes of its region 0. */
export const REGION_SIZE = 64;
const REGION_INFO = 32;
const READ_WRITE = 3;

/** A server that says what a test wants it to say, at the other end of the client's socket. */
export class FakeServer implements Disposable {
  readonly raw: RawClient;
  /** Every message of the client after VERSION and GET_INFO. */
  readonly seen: RawMessage[] = [];
  readonly memory = new Uint8Array(REGION_SIZE);
  readonly #handlers: Map<number, FakeHandler>;
  readonly #watch: Disposable;
  readonly #waiting: (() => void)[] = [];
  #disposed = false;

  constructor(stream: UnixStream, options: FakeOptions) {
    this.raw = new RawClient(stream);
    const defaults: Record<number, FakeHandler> = {
      1: () => versionPayload(options.capabilities ?? {}),
      2: () => new Uint8Array(0),
      3: ({ payload }) => payload,
      4: () => fields(16, 1, 1, 1),
      5: ({ payload }) => regionInfo(payload, REGION_SIZE),
      7: ({ payload }) => fields(16, 1, wordAt(payload, 8), 4),
      8: () => new Uint8Array(0),
      9: (request) => this.#read(request),
      10: (request) => this.#write(request),
      13: () => new Uint8Array(0),
    };
    this.#handlers = new Map(
      Object.entries({ ...defaults, ...options.handlers }).map(([id, run]) => [Number(id), run]),
    );
    this.#watch = watch(stream.fd, { readable: true }, () => {
      this.#serve();
    });
  }

  /** Sets what it does with a command from now on. */
  on(command: number, handler: FakeHandler): void {
    this.#handlers.set(command, handler);
  }

  reply(request: RawMessage, payload: Uint8Array, options: RawSend = {}): void {
    this.raw.send(request.command, payload, { id: request.id, flags: REPLY, ...options });
  }

  refuse(request: RawMessage, errno: number = Errno.EINVAL): void {
    this.reply(request, new Uint8Array(0), { flags: REPLY | ERROR, errno });
  }

  /** The payload of a command that this server sends, and the client's answer to it. */
  async ask(command: number, payload: Uint8Array, options: RawSend = {}): Promise<RawMessage> {
    const id = this.raw.send(command, payload, options);
    return this.until(() => this.seen.find((message) => message.flags !== 0 && message.id === id));
  }

  /** Waits, message by message, until there is an answer. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (let found = look(); ; found = look()) {
      if (found !== undefined) {
        return found;
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  [Symbol.dispose](): void {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#watch[Symbol.dispose]();
      this.raw[Symbol.dispose]();
    }
  }

  #serve(): void {
    while (!this.#disposed) {
      const request = this.raw.receive();
      if (request === undefined) {
        break;
      }
      if (request.command !== 1 && request.command !== 4) {
        this.seen.push(request);
      }
      if ((request.flags & 1) === 0) {
        this.#answer(request);
      }
    }
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
    if (this.raw.ended) {
      this.#watch[Symbol.dispose]();
    }
  }

  #answer(request: RawMessage): void {
    const handler = this.#handlers.get(request.command);
    const payload = handler?.(request, this);
    if (handler === undefined) {
      this.refuse(request, Errno.ENOSYS);
    } else if (payload !== undefined && (request.flags & NO_REPLY) === 0) {
      this.reply(request, payload);
    }
  }

  #read({ payload }: RawMessage): Uint8Array {
    const [offset, count] = [wordAt(payload, 0), wordAt(payload, 12)];
    return fields(payload.slice(0, 16), this.memory.slice(offset, offset + count));
  }

  #write({ payload }: RawMessage): Uint8Array {
    this.memory.set(payload.subarray(16), wordAt(payload, 0));
    return payload.slice(0, 16);
  }
}

/** A device and the fake that it is connected to; both are the caller's to dispose. */
export async function connectFake(
  options: FakeOptions = {},
): Promise<{ server: FakeServer; device: VfioUserDevice }> {
  const [ours, theirs] = UnixStream.pair();
  const server = new FakeServer(theirs, options);
  try {
    const polling = { maxSpins: 0 };
    return { server, device: await VfioUserDevice.connect(ours, { polling, ...options.device }) };
  } catch (error) {
    server[Symbol.dispose]();
    throw error;
  }
}

/** A handler that answers every command with an errno. */
export function refusing(errno: number): FakeHandler {
  return (request, server) => {
    server.refuse(request, errno);
    return undefined;
  };
}

/** A field of 32 bits. */
export function wordAt(payload: Uint8Array, at: number): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(at, true);
}

/** The reply to GET_REGION_INFO for a region without capabilities. */
export function regionInfo(request: Uint8Array, size: number): Uint8Array {
  return fields(REGION_INFO, READ_WRITE, wordAt(request, 8), 0, BigInt(size), 0n);
}
