import type { ObjectDescriptor } from '../descriptor.js';

/** One message of the control plane: its bytes, and the descriptors that go with it, by which the bytes mean them. */
export interface ControlMessage<D> {
  readonly bytes: Uint8Array;
  readonly descriptors: readonly D[];
}

/**
 * How the calls of one client travel: in process, over a socket, or inside a vfio-user session.
 *
 * A request uses its bytes until it is answered; the bytes of an answer are valid until the next call.
 */
export interface ControlTransport {
  /** Of the driver whose classes the calls are for; in every header. */
  readonly driverId: number;
  /** Bytes of the largest request and reply. */
  readonly maxMessage: number;
  /**
   * Makes a call. A number among the descriptors is one of this process. Throws or rejects with the MdevError of the call, and
   * EBADF for a descriptor that another transport gave.
   */
  call(
    request: ControlMessage<ObjectDescriptor | number>,
  ): ControlMessage<ObjectDescriptor> | Promise<ControlMessage<ObjectDescriptor>>;
  /** Destroys everything that the client has. Idempotent. */
  close(): Promise<void>;
}
