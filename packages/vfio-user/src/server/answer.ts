/** What the reply of the command that is being carried out will be, besides its payload. */
export class Answer {
  /** Bytes of the payload that has been put into the outgoing buffer. */
  length = 0;
  /** Lent for the send. */
  descriptors: readonly number[] | undefined;
}

/** What carrying a command out answers instead of an errno or 0: it goes on, and holds the session. */
export const HELD = -1;

/** A command that the device has not answered at once. */
export interface HeldCommand {
  /** Gives what makes the reply, which answers 0 or an errno; it is called in time or not at all. */
  readonly promise: Promise<() => number>;
  /** The device is done with the bytes of the message and of the reply. */
  release(): void;
  /** In place of {@link HeldCommand.release}: it was given up, and may use the bytes at any time. */
  forfeit(): void;
  /** The reply has been given without the device: nothing more is to come of it. */
  abandon(): void;
}

/** Says that bytes are still used, as a lease of the wire does. */
export interface Kept extends Disposable {
  forfeit(): void;
}

/** Where the bytes of a command lie while it is carried out. */
export interface CommandBytes {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly descriptorCount: number;
  /** The caller closes them. */
  takeDescriptors(): number[];
  /** Keeps the bytes as they are until the answer is disposed, or for ever. */
  keep(): Kept;
}
