import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '@mdevkit/core';
import { NativeBuffer, UnixStream } from '@mdevkit/linux';
import { VfioUserDevice, VfioUserServer } from '@mdevkit/vfio-user';
import type { Bench } from '../../bench/index.js';

/** An mdev that is served over vfio-user, to one client after another. Ends with the bench. */
export interface Served {
  readonly server: VfioUserServer;
  /** A client that behaves. It ends with the bench at the latest. */
  readonly connect: () => Promise<Device>;
  /** A peer that may say anything. */
  readonly peer: () => RawPeer;
}

const HEADER = 16;
const ROOM = 0x10000;

/** Says any bytes on a socket, and hears nothing. */
export class RawPeer {
  readonly #stream: UnixStream;
  readonly #buffer = NativeBuffer.allocate(ROOM);
  #isClosed = false;

  constructor(path: string) {
    this.#stream = UnixStream.connect(path);
  }

  /** What the server does not take any more is lost. */
  say(bytes: Uint8Array): void {
    this.#buffer.bytes.set(bytes);
    try {
      this.#stream.send(this.#buffer, 0, bytes.length);
    } catch {
      // The server has ended the session, as it may.
    }
  }

  /** A message; `size` is what its header says. */
  command(command: number, payload: Uint8Array, size = HEADER + payload.length): void {
    const bytes = new Uint8Array(HEADER + payload.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 1, true);
    view.setUint16(2, command, true);
    view.setUint32(4, size, true);
    bytes.set(payload, HEADER);
    this.say(bytes);
  }

  /** VERSION, as a client says it first. */
  greet(): void {
    const text = new TextEncoder().encode(`${JSON.stringify({ capabilities: {} })}\0`);
    this.command(1, Uint8Array.of(0, 0, 1, 0, ...text));
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#stream[Symbol.dispose]();
      this.#buffer[Symbol.dispose]();
    }
    return Promise.resolve();
  }
}

export async function serve(bench: Bench, uuid: string): Promise<Served> {
  const { clock, logger } = bench;
  const directory = mkdtempSync(join(tmpdir(), 'mdevkit-conformance-'));
  bench.own({
    close: () => {
      rmSync(directory, { recursive: true });
      return Promise.resolve();
    },
  });
  const path = join(directory, 'socket');
  const attached = await bench.host.attach(uuid);
  const server = bench.own(VfioUserServer.listen(attached, { path, clock, logger }));
  server.run();
  return {
    server,
    connect: async () => bench.own(await VfioUserDevice.connect(path, { clock, logger })),
    peer: () => bench.own(new RawPeer(path)),
  };
}
