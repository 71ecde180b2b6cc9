import { IB_SEND_SIGNALED, IB_SEND_SOLICITED } from '@mdevkit/uapi';
import type { RemoteMemory, SendRequest } from '../pair/message.js';

interface SendArgs {
  readonly flags: number;
  readonly imm?: number | undefined;
}
interface RemoteArgs {
  readonly remoteAddr: bigint;
  readonly rkey: number;
}

type Work = Omit<SendRequest, 'wrId' | 'pieces'>;

/** What the attributes of a work request mean, beside its memory. */
export function work(kind: SendRequest['kind'], { flags, imm }: SendArgs): Work {
  return {
    kind,
    imm,
    isSignaled: (flags & IB_SEND_SIGNALED) !== 0,
    isSolicited: (flags & IB_SEND_SOLICITED) !== 0,
  };
}

export function remoteOf({ remoteAddr, rkey }: RemoteArgs): RemoteMemory {
  return { addr: remoteAddr, rkey };
}
