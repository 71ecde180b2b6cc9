import { failure } from '../errors.js';
import { AF_UNIX } from '../libc/index.js';

/** The room of `sun_path`, whose last byte is NUL. */
const pathRoom = 108;

/** The `struct sockaddr_un` of a path. Throws `linux.socket-path` unless it fits. Source: include/uapi/linux/un.h. */
export function socketAddress(path: string): Uint8Array {
  const name = new TextEncoder().encode(path);
  // A leading NUL would name no file, and any other would cut the path.
  if (name.length === 0 || name.length >= pathRoom || name.includes(0)) {
    throw failure('linux.socket-path', { path, length: name.length });
  }
  const address = new Uint8Array(2 + name.length + 1);
  address[0] = AF_UNIX;
  address.set(name, 2);
  return address;
}
