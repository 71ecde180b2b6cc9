/**
 * Where a read puts what it has read. `copy` is called at most once for each read; if it throws, nothing has reached the
 * reader (EFAULT).
 */
export interface ReadTarget {
  /** Bytes that there is room for. */
  readonly length: number;
  copy(header: Uint8Array, data: Uint8Array): void;
}

/**
 * What stands behind a descriptor object: the file operations of its class. The core calls it; it knows nothing of who
 * holds the descriptor.
 *
 * Source: Linux include/linux/fs.h, struct file_operations.
 */
export interface DescriptorOperations {
  /** POLLIN | POLLRDNORM, POLLERR, or 0. */
  poll(): number;
  /** Calls back whenever {@link DescriptorOperations.poll} may have changed; it may do so too often. */
  onChange(callback: () => void): Disposable;
  /**
   * Reads one event and returns its bytes. Throws EAGAIN if there is none and `nonBlocking`; otherwise a promise waits for
   * one. Synchronous where it need not wait.
   */
  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number>;
  /** The descriptor was closed: whoever waits in a read is answered EBADF. Called once; nothing is called afterwards. */
  closed(): void;
  /** Without it every operation is ENOTTY. */
  ioctl?(operation: number, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
