import { DmaFaultError, type DmaPort, type Iova } from '@mdevkit/core';
import { Errno, VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE, VFIO_USER_NO_REPLY } from '@mdevkit/uapi';
import { DMA_ADDRESS, DMA_COUNT, DMA_DATA, type Incoming, type Outgoing } from '../wire/index.js';

const HIGH = 2 ** 32;

const causes: Readonly<Record<DmaFaultError['fault']['cause'], number>> = {
  unmapped: Errno.ENODEV,
  unattached: Errno.ENODEV,
  permission: Errno.EPERM,
  memory: Errno.EFAULT,
  request: Errno.EFAULT,
};

/**
 * Answers the server's DMA_READ and DMA_WRITE out of the memory that the client has mapped: E2BIG for more than was
 * agreed on or than the message has, ENODEV for what is not mapped, EPERM, EFAULT for memory that fails, EINVAL for a
 * message that is cut or brings descriptors, ENOSYS for any other command.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE; QEMU hw/vfio-user/pci.c.
 */
export class DmaService {
  readonly #port: DmaPort;
  readonly #most: number;

  /** `most` is the max_data_xfer_size that this client has stated. */
  constructor(port: DmaPort, most: number) {
    this.#port = port;
    this.#most = most;
  }

  /** Carries the current message out and answers it, unless it says that it wants no answer. */
  serve(incoming: Incoming, outgoing: Outgoing): void {
    const { id, command, flags } = incoming;
    const answer = this.#carryOut(incoming, outgoing);
    if ((flags & VFIO_USER_NO_REPLY) !== 0) {
      return;
    }
    if (answer < 0) {
      outgoing.error(id, command, -answer);
    } else {
      outgoing.reply(id, command, answer);
    }
  }

  /** The length of the reply, or a negative errno. */
  #carryOut(incoming: Incoming, outgoing: Outgoing): number {
    const { command, length } = incoming;
    if (command !== VFIO_USER_DMA_READ && command !== VFIO_USER_DMA_WRITE) {
      return -Errno.ENOSYS;
    }
    if (length < DMA_DATA || incoming.descriptorCount > 0) {
      return -Errno.EINVAL;
    }
    const { view, at } = incoming;
    const count = view.getUint32(at + DMA_COUNT, true);
    if (view.getUint32(at + DMA_COUNT + 4, true) !== 0 || count > this.#most) {
      return -Errno.E2BIG;
    }
    if (command === VFIO_USER_DMA_WRITE && count > length - DMA_DATA) {
      return -Errno.E2BIG;
    }
    return this.#access(incoming, outgoing, count);
  }

  #access(incoming: Incoming, outgoing: Outgoing, count: number): number {
    const { command, view, at, bytes } = incoming;
    const iova = addressAt(view, at);
    try {
      if (command === VFIO_USER_DMA_READ) {
        this.#port.read(iova, outgoing.bytes.subarray(DMA_DATA, DMA_DATA + count));
      } else {
        const from = at + DMA_DATA;
        this.#port.write(iova, bytes.subarray(from, from + count));
      }
    } catch (error) {
      return -(error instanceof DmaFaultError ? causes[error.fault.cause] : Errno.EFAULT);
    }
    outgoing.payload.setUint32(DMA_ADDRESS, view.getUint32(at, true), true);
    outgoing.payload.setUint32(DMA_ADDRESS + 4, view.getUint32(at + 4, true), true);
    outgoing.payload.setUint32(DMA_COUNT, count, true);
    outgoing.payload.setUint32(DMA_COUNT + 4, 0, true);
    return command === VFIO_USER_DMA_READ ? DMA_DATA + count : DMA_DATA;
  }
}

/** As a number where that is exact. */
function addressAt(view: DataView, at: number): Iova {
  const high = view.getUint32(at + 4, true);
  return high < 2 ** 21 ? high * HIGH + view.getUint32(at, true) : view.getBigUint64(at, true);
}
