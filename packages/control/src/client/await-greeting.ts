import type { Clock } from '@mdevkit/core';
import { watch, type UnixStream } from '@mdevkit/linux';
import { failure } from '../errors.js';
import {
  decodeError,
  decodeGreeting,
  FrameReader,
  FrameType,
  MAX_GREETING,
  REPLY,
  type Greeting,
} from '../wire/index.js';

/**
 * Waits for what a server says at first. The stream stays the caller's. Rejects with what the server says instead of a
 * greeting, as EAGAIN `control.crowded`, with EPROTO `control.greeting` and EPROTONOSUPPORT `control.version` for what is no
 * server of ours, ETIMEDOUT `control.late`, and EIO `control.server-gone`.
 */
export async function awaitGreeting(
  stream: UnixStream,
  clock: Clock,
  timeoutMs: number,
): Promise<Greeting> {
  using reader = new FrameReader(stream, { maxFrame: MAX_GREETING, maxDescriptors: 0 });
  await frameOf(stream, reader, clock, timeoutMs);
  const { type, errno, at, length, bytes } = reader;
  const payload = bytes.slice(at, at + length);
  if (type !== (FrameType.greeting | REPLY)) {
    throw failure('control.greeting', { problem: 'another frame', type });
  }
  if (errno !== 0) {
    throw decodeError(errno, payload);
  }
  return decodeGreeting(payload);
}

function frameOf(
  stream: UnixStream,
  reader: FrameReader,
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(timeoutMs, () => {
      finish(() => {
        reject(failure('control.late', { timeoutMs }));
      });
    });
    const look = (): void => {
      if (reader.next()) {
        finish(resolve);
      } else if (reader.problem !== undefined) {
        const { problem } = reader;
        finish(() => {
          reject(failure('control.greeting', { problem }));
        });
      } else if (reader.ended) {
        finish(() => {
          reject(failure('control.server-gone'));
        });
      }
    };
    const watching = watch(stream.fd, { readable: true }, look);
    const finish = (settle: () => void): void => {
      watching[Symbol.dispose]();
      timer[Symbol.dispose]();
      settle();
    };
  });
}
