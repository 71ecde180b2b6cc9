/**
 * What a descriptor that goes with a message is: sealed memory, a file whose owner can cut it, one that may only be read,
 * what counts, and what is no good for anything here. `own-end` is the client's own end of the connection.
 */
export const descriptorKinds = [
  'memory',
  'file',
  'read-only',
  'eventfd',
  'pipe',
  'null',
  'zero',
  'socket',
  'folder',
  'own-end',
] as const;

export type DescriptorKind = (typeof descriptorKinds)[number];

/** One thing that a client does. */
export type Action =
  /** Sends bytes, which need not be a message; with `cuts`, in so many pieces that end there. */
  | {
      readonly kind: 'send';
      readonly bytes: Uint8Array;
      readonly fds: readonly DescriptorKind[];
      readonly cuts: readonly number[];
    }
  /** Lets the server work and takes its replies. */
  | { readonly kind: 'process' }
  /** Sends no more, and goes on reading. */
  | { readonly kind: 'half-close' }
  /** Goes away, and comes back with a new connection. */
  | { readonly kind: 'reconnect' }
  /** From now on reads nothing, or reads again. */
  | { readonly kind: 'deaf'; readonly on: boolean }
  /** Takes the contents of its file away, and gives zeros back. */
  | { readonly kind: 'cut-file' }
  | { readonly kind: 'time'; readonly milliseconds: number };

/** Everything that one run against a fresh device needs, so that it can be repeated. */
export interface Sequence {
  /** Of the device. */
  readonly model: string;
  /** The server has small limits. */
  readonly tight: boolean;
  /** Decides how the client answers DMA of the device. */
  readonly seed: number;
  readonly actions: readonly Action[];
}
