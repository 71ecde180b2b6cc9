import type { ProtectionDomain } from './protection-domain.js';

/** What a key leads to: a region or a window. */
export interface RegisteredMemory {
  readonly pd: ProtectionDomain;
  /** Whether a work request of the device's own client may name it and read or write there. */
  allowsLocal(iova: bigint, length: number, write: boolean): boolean;
  /** Whether the other end may; `access` is one of IB_UVERBS_ACCESS_REMOTE_*. */
  allowsRemote(iova: bigint, length: number, access: number): boolean;
}
