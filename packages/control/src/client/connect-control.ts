import { ControlClient, type Control } from '@mdevkit/core';
import type { UnixStream } from '@mdevkit/linux';
import { openTransport } from './open-transport.js';
import type { ConnectControlOptions } from './options.js';

/**
 * Connects to a server that listens at a path, or takes over a stream that is connected; it is disposed if this rejects,
 * too. Rejects with `linux.call` if nobody listens, with what the server says if it takes no client now (EAGAIN
 * `control.crowded`, ENODEV for a device that is gone), with EPROTO `control.greeting`, EPROTONOSUPPORT `control.version`,
 * ETIMEDOUT `control.late`, EIO `control.server-gone`, and RangeError for options that make no sense.
 */
export async function connectControl(
  server: string | UnixStream,
  options: ConnectControlOptions = {},
): Promise<Control> {
  return new ControlClient(await openTransport(server, options));
}
