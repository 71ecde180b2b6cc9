import { NativeBuffer, UnixStream } from '@mdevkit/linux';

/** Second descriptors of the same open files, which the caller closes: they outlive those that were lent. */
export function duplicates(fds: readonly number[]): number[] {
  const [from, to] = UnixStream.pair();
  const buffer = NativeBuffer.allocate(1);
  try {
    from.send(buffer, 0, 1, fds);
    to.receive(buffer, 0, 1);
    return to.takeDescriptors();
  } finally {
    buffer[Symbol.dispose]();
    from[Symbol.dispose]();
    to[Symbol.dispose]();
  }
}
