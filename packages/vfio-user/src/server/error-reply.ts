import { VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE } from '@mdevkit/uapi';
import { mayAnswerError, type Quirks } from '../protocol/index.js';
import { COUNT, DATA, type Outgoing } from '../wire/index.js';
import { CommandRequest } from './command-request.js';
import { replyInsteadOfError } from './commands/index.js';

/** Bytes of a request that an answer needs: no fixed part of one is longer. */
const PREFIX = 64;

/** The start of a request, for the time when the message is gone. */
export function prefixOf(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return bytes.slice(at, at + Math.min(length, PREFIX));
}

/**
 * Tells the client that a command has failed. One that does not understand errors gets a reply of the size that it waits
 * for: of a device that is not there, which reads as all ones.
 */
export function replyError(
  outgoing: Outgoing,
  quirks: Quirks,
  id: number,
  command: number,
  errno: number,
  request: Uint8Array,
): void {
  if (mayAnswerError(quirks, command)) {
    outgoing.error(id, command, errno);
  } else if (command === VFIO_USER_REGION_READ || command === VFIO_USER_REGION_WRITE) {
    outgoing.reply(id, command, putAccess(outgoing, command, request));
  } else {
    using asked = new CommandRequest(command, request, []);
    const payload = replyInsteadOfError(asked);
    outgoing.bytes.set(payload);
    outgoing.reply(id, command, payload.length);
  }
}

/** Bytes of a reply to an access, which repeats its request. */
function putAccess(outgoing: Outgoing, command: number, request: Uint8Array): number {
  outgoing.bytes.fill(0, 0, DATA);
  outgoing.bytes.set(request.subarray(0, DATA));
  const count = outgoing.payload.getUint32(COUNT, true);
  // Nothing of a read that asks for more than there is room for.
  const fits = command === VFIO_USER_REGION_READ && count <= outgoing.maxPayload - DATA;
  outgoing.bytes.fill(0xff, DATA, fits ? DATA + count : DATA);
  return fits ? DATA + count : DATA;
}
