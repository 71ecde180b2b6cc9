import { trackDisposable, trackReleased } from '@mdevkit/core';
import { NativeBuffer, UnixListener, UnixStream, watch } from '@mdevkit/linux';
import { closeSync } from 'node:fs';
import { MessageSplitter, type RecordedMessage } from '../corpus/index.js';

const ROOM = 64 * 1024;

/** One client after the other, each with a recording of its own. */
export interface Recording {
  readonly messages: readonly RecordedMessage[];
}

/**
 * Stands between a client and a vfio-user server, passes on what either says, descriptors too, and keeps what the
 * client said. It is a tool for a quiet link: a peer that does not read ends it.
 */
export class RecordingProxy implements Disposable {
  readonly #serverPath: string;
  readonly #listener: UnixListener;
  readonly #recordings: Recording[] = [];
  readonly #open = new Set<Disposable>();

  private constructor(listener: UnixListener, serverPath: string) {
    this.#listener = listener;
    this.#serverPath = serverPath;
    watch(listener.fd, { readable: true }, () => {
      const client = listener.accept();
      if (client !== undefined) {
        this.#connect(client);
      }
    });
    trackDisposable(this);
  }

  /** Listens at `path` for clients of the server that listens at `serverPath`. */
  static listen(path: string, serverPath: string): RecordingProxy {
    return new RecordingProxy(UnixListener.listen(path), serverPath);
  }

  /** In the order of their connections. */
  get recordings(): readonly Recording[] {
    return this.#recordings;
  }

  [Symbol.dispose](): void {
    for (const one of [...this.#open]) {
      one[Symbol.dispose]();
    }
    this.#listener[Symbol.dispose]();
    trackReleased(this);
  }

  #connect(client: UnixStream): void {
    const server = UnixStream.connect(this.#serverPath);
    const splitter = new MessageSplitter();
    const buffer = NativeBuffer.allocate(ROOM);
    const end: Disposable = {
      [Symbol.dispose]: () => {
        if (this.#open.delete(end)) {
          client[Symbol.dispose]();
          server[Symbol.dispose]();
          buffer[Symbol.dispose]();
        }
      },
    };
    this.#open.add(end);
    this.#recordings.push({ messages: splitter.messages });
    pass(client, server, buffer, end, (bytes, fds) => splitter.add(bytes, fds));
    pass(server, client, buffer, end, () => undefined);
  }
}

function pass(
  from: UnixStream,
  to: UnixStream,
  buffer: NativeBuffer,
  end: Disposable,
  seen: (bytes: Uint8Array, descriptors: number) => void,
): void {
  watch(from.fd, { readable: true }, () => {
    const count = from.receive(buffer, 0, ROOM);
    if (count === 0) {
      end[Symbol.dispose]();
    }
    if (count <= 0) {
      return;
    }
    const fds = from.takeDescriptors();
    seen(buffer.bytes.subarray(0, count), fds.length);
    try {
      sendAll(to, buffer, count, fds);
    } catch {
      end[Symbol.dispose]();
    } finally {
      fds.forEach((fd) => closeSync(fd));
    }
  });
}

function sendAll(
  to: UnixStream,
  buffer: NativeBuffer,
  count: number,
  fds: readonly number[],
): void {
  const sent = to.send(buffer, 0, count, fds);
  if (sent !== count) {
    throw new Error(`the peer took ${sent} of ${count} bytes`);
  }
}
