import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came back: the three words of the header, and the payload. */
export interface EmuReply {
  readonly command: number;
  readonly transport: number;
  readonly payload: Buffer;
}

/** A client by hand: knows nothing of the code under test. */
export class EmuClient implements Disposable {
  readonly #socket: Socket;
  #got = Buffer.alloc(0);
  #isEnded = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      this.#got = Buffer.concat([this.#got, piece]);
      this.#wake();
    });
    socket.on('close', () => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  static async connect(port: number): Promise<EmuClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new EmuClient(socket);
    await once(socket, 'connect');
    return client;
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  /** Sends no more. */
  end(): void {
    this.#socket.end();
  }

  async ask(command: number, payload: Uint8Array = Buffer.alloc(0)): Promise<EmuReply | 'ended'> {
    this.send(message(command, payload));
    return this.reply();
  }

  async reply(): Promise<EmuReply | 'ended'> {
    const header = await this.#take(12);
    if (header === undefined) {
      return 'ended';
    }
    const payload = await this.#take(header.readUInt32BE(8));
    return payload === undefined
      ? 'ended'
      : { command: header.readUInt32BE(0), transport: header.readUInt32BE(4), payload };
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #take(size: number): Promise<Buffer | undefined> {
    while (this.#got.length < size && !this.#isEnded) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#got.length < size) {
      return undefined;
    }
    const taken = this.#got.subarray(0, size);
    this.#got = this.#got.subarray(size);
    return taken;
  }
}

/** Three words, most significant byte first, and the payload. */
export function message(
  command: number,
  payload: Uint8Array = Buffer.alloc(0),
  { transport = 2, size = payload.length } = {},
): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(command, 0);
  header.writeUInt32BE(transport, 4);
  header.writeUInt32BE(size, 8);
  return Buffer.concat([header, payload]);
}
