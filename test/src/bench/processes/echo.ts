import { NativeBuffer, UnixListener, watch, type UnixStream } from '@mdevkit/linux';
import { ECHO, POLL_MS, type ServerMode } from './server-mode.js';

/** A bare loop on a socket: answers each message with so many bytes as its first 4 bytes say, as long as there is one. */
export function listenEcho(path: string, mode: ServerMode): void {
  const listener = UnixListener.listen(path);
  const buffer = NativeBuffer.allocate(ECHO);
  watch(listener.fd, { readable: true }, () => {
    const stream = listener.accept();
    if (stream !== undefined) {
      watch(stream.fd, { readable: true }, () => {
        echo(stream, buffer, mode);
      });
    }
  });
}

function echo(stream: UnixStream, buffer: NativeBuffer, mode: ServerMode): void {
  const end = mode === 'poll' ? performance.now() + POLL_MS : 0;
  for (;;) {
    const count = stream.receive(buffer, 0, ECHO);
    if (count > 0) {
      stream.send(buffer, 0, buffer.view.getUint32(0, true));
    }
    if (count === 0) {
      stream[Symbol.dispose]();
      return;
    }
    if (count < 0 && performance.now() >= end) {
      return;
    }
  }
}
