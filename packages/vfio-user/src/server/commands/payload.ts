import { failure } from '../../errors/index.js';
import type { Request } from '../context.js';

/** Throws EINVAL `vfio-user.payload` for a message that does not hold the fixed part of its command. */
export function requirePayload({ payload }: Request, needed: number): void {
  if (payload.length < needed) {
    throw failure('vfio-user.payload', { needed, given: payload.length });
  }
}

/**
 * The first field of most payloads: the bytes that the reply's payload may have, or the payload's own where a reply has
 * none. The length of the message tells how much came. Throws EINVAL `vfio-user.payload`, `vfio-user.argsz`.
 */
export function readArgsz(request: Request, minimum: number): number {
  requirePayload(request, minimum);
  const argsz = request.view.getUint32(0, true);
  if (argsz < minimum) {
    throw failure('vfio-user.argsz', { argsz, minimum });
  }
  return argsz;
}
