import {
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO,
  VFIO_USER_DMA_UNMAP,
  VFIO_USER_REGION_READ,
  VFIO_USER_REGION_WRITE,
} from '@mdevkit/uapi';
import type { ReceivedVersion } from './version.js';

/** What the server may do with a client. */
export interface Quirks {
  /** Commands whose reply it takes without a look at the error bit: it waits for the payload of a success. */
  readonly blindTo: ReadonlySet<number>;
  /** It may send DMA_READ and DMA_WRITE. */
  readonly sendsDma: boolean;
  /** Bytes of one DMA_READ or DMA_WRITE at the most, whatever the client says that it takes. */
  readonly largestDma: number;
}

/** The clients that are told apart. */
export type ClientKind = 'qemu' | 'rust-vmm' | 'libvfio-user' | 'mdevkit' | 'unknown';

/** A client, and what is known of it. */
export interface ClientProfile {
  readonly kind: ClientKind;
  readonly quirks: Quirks;
}

interface Row extends ClientProfile {
  /** Whether a VERSION looks like one of this client. */
  matches(version: ReceivedVersion): boolean;
}

/** What the specification promises of every client. */
const BY_THE_BOOK: Quirks = {
  blindTo: new Set(),
  sendsDma: true,
  largestDma: Number.POSITIVE_INFINITY,
};

/**
 * QEMU (hw/vfio-user/proxy.c) takes a reply as sent when the socket took some of it, and the stream is lost: all that
 * may be under way at once (limits, `dmaInFlight`) must fit into a socket of Linux's default size (net.core.wmem_default).
 */
const QEMU_LARGEST_DMA = 16 * 1024;

/** All that the sample of libvfio-user says of itself. */
const SAMPLE_MEMBERS: ReadonlySet<string> = new Set(['maxMsgFds', 'maxDataXferSize', 'twinSocket']);

const ROWS: readonly Row[] = [
  {
    kind: 'qemu',
    matches: ({ minor, stated }) =>
      minor === 0 &&
      stated.writeMultiple !== undefined &&
      stated.pgsizes !== undefined &&
      stated.twinSocket === undefined,
    quirks: { ...BY_THE_BOOK, largestDma: QEMU_LARGEST_DMA },
  },
  {
    kind: 'mdevkit',
    // libvfio-user's sample also knows twin sockets, and says nothing of maps and page sizes.
    matches: ({ stated }) =>
      stated.twinSocket?.supported === true && stated.maxDmaMaps !== undefined,
    quirks: BY_THE_BOOK,
  },
  {
    kind: 'rust-vmm',
    matches: ({ minor, stated }) =>
      minor === 1 && stated.migration?.pgsize !== undefined && stated.writeMultiple === undefined,
    quirks: {
      ...BY_THE_BOOK,
      // rust-vmm/vfio, vfio-user/src/lib.rs, Client: it never looks at the error bit and reads a reply
      // of the size it expects, so a bare header leaves it waiting for ever. These are all that it sends
      // and that are answered with more; it says VERSION once, and an error ends the connection.
      blindTo: new Set([
        VFIO_USER_DMA_UNMAP,
        VFIO_USER_DEVICE_GET_INFO,
        VFIO_USER_DEVICE_GET_REGION_INFO,
        VFIO_USER_DEVICE_GET_IRQ_INFO,
        VFIO_USER_REGION_READ,
        VFIO_USER_REGION_WRITE,
      ]),
      // Same place: it has no handler for commands of a server.
      sendsDma: false,
    },
  },
  {
    kind: 'libvfio-user',
    // samples/client.c, send_version: two members, and twin_socket as an option.
    matches: ({ stated }) =>
      Object.keys(stated).every((name) => SAMPLE_MEMBERS.has(name)) &&
      stated.maxMsgFds !== undefined &&
      stated.maxDataXferSize !== undefined,
    quirks: BY_THE_BOOK,
  },
];

/** What is known of the client that sent a VERSION; a client nobody knows is taken at its word. */
export function recogniseClient(version: ReceivedVersion): ClientProfile {
  const row = ROWS.find((one) => one.matches(version));
  return row === undefined
    ? { kind: 'unknown', quirks: BY_THE_BOOK }
    : { kind: row.kind, quirks: row.quirks };
}

/**
 * Whether the server may answer a command of this client with an error. Where it may not, it answers with a payload
 * of the size that the client waits for.
 */
export function mayAnswerError(quirks: Quirks, command: number): boolean {
  return !quirks.blindTo.has(command);
}
