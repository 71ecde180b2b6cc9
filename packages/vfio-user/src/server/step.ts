/**
 * Why a client is gone: it closed the connection, broke the protocol so that nothing more can be understood, did not read
 * its replies, the server was closed, the device was removed, or something failed that nobody foresaw.
 */
export type DisconnectReason =
  'closed' | 'protocol' | 'slow' | 'server-closed' | 'removed' | 'failed';

/** What one step of a server has done. */
export type Step =
  /** Nothing was to do. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'accepted' }
  /** A command is over; the errno of its answer, 0 for success. */
  | { readonly kind: 'done'; readonly command: number; readonly errno: number }
  /** This command is being carried out, and nothing else starts until it is over. */
  | { readonly kind: 'held'; readonly command: number }
  | { readonly kind: 'disconnected'; readonly reason: DisconnectReason }
  /** A peer may not be a client; its connection is closed. */
  | { readonly kind: 'refused'; readonly errno: number };

/** The same without an object for each, for the loop that does many; see {@link Session.advance}. */
export const Progress = {
  idle: 0,
  /** Something was done that is no command. */
  worked: 1,
  done: 2,
  held: 3,
  ended: 4,
} as const;

export type Progress = (typeof Progress)[keyof typeof Progress];
