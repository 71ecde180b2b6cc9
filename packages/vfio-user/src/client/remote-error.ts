import { MdevError } from '@mdevkit/core';
import { errnoName } from '@mdevkit/uapi';
import { clientReasons } from '../errors/client.js';

const row = clientReasons['vfio-user.remote'];

/**
 * The error `vfio-user.remote` of a command that the server refused, with the errno of its reply. 0, which is legal there,
 * and a number that Linux does not name are EIO; such a number stands in the details.
 */
export function remoteError(command: string, errno: number): MdevError {
  const name = errnoName(errno);
  const details = name === undefined ? { command, errno } : { command };
  return new MdevError(name ?? row.errno, 'vfio-user.remote', row.text, details);
}
