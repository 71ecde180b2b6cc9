/**
 * What a client holds of a descriptor object: what a file descriptor is in the kernel, the same in process and over a
 * socket. Every method rejects with an MdevError: EBADF once it is closed here, EIO once there is nothing left behind it.
 *
 * Source: poll(2), read(2); Linux drivers/infiniband/core/rdma_core.c, uverbs_fd_class.
 */
export interface ObjectDescriptor extends AsyncDisposable {
  /** What could be done now without waiting: POLLIN | POLLRDNORM, POLLERR, or 0. */
  poll(): Promise<number>;
  /** Waits until {@link ObjectDescriptor.poll} would not answer 0, and answers that. */
  ready(): Promise<number>;
  /**
   * Reads one event into the beginning of `into` and returns its length in bytes. Waits for one unless `nonBlocking`, which
   * answers EAGAIN. EINVAL for a buffer that is too small, which takes nothing.
   */
  read(into: Uint8Array, options?: ReadOptions): Promise<number>;
  /** An operation on this object alone, by a number that its class defines; ENOTTY for one that it does not know. */
  ioctl(operation: number, data: Uint8Array): Promise<Uint8Array>;
  /** Destroys the object, as close(2) does. Idempotent, and never fails. */
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly nonBlocking?: boolean;
}
