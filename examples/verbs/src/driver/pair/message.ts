import type { Piece } from '../memory/index.js';

/** Memory at the other end. */
export interface RemoteMemory {
  readonly addr: bigint;
  readonly rkey: number;
}

/** Where a datagram goes, and the key that its receiver must have. */
export interface Datagram {
  readonly dlid: number;
  readonly qpn: number;
  readonly qkey: number;
}

/** A work request of a send queue, with what its type needs. */
export interface SendRequest {
  readonly kind: 'send' | 'write' | 'read';
  readonly wrId: bigint;
  readonly pieces: readonly Piece[];
  readonly isSignaled: boolean;
  readonly isSolicited: boolean;
  readonly imm: number | undefined;
  readonly remote?: RemoteMemory;
  readonly datagram?: Datagram;
  /** The shared queue that the initiator of an extended connection means. */
  readonly srqNum?: number;
}

/** Who is at the other end. */
export interface Peer {
  readonly lid: number;
  readonly qpn: number;
}

/** What arrives: a message, or one that writes memory. */
export interface Message {
  readonly from: Peer;
  readonly request: SendRequest;
  readonly data: Uint8Array;
}
