import type { Command } from './commands.js';
import type { ReceivedVersion } from './version.js';

/** What the server may do with a client. Each trait says it of the server: false is the careful one. */
export interface Quirks {
  /** It answers errors with errors, also where the reply would have a payload. */
  readonly answersErrors: boolean;
  /** It may let the header of a message arrive in pieces. */
  readonly splitsHeaders: boolean;
  /** It may let the payload of a reply arrive in pieces. */
  readonly splitsReplies: boolean;
  /** It may send DMA_READ and DMA_WRITE. */
  readonly sendsDma: boolean;
  /** It may wait for its own DMA_READ or DMA_WRITE before it answers a command of the client. */
  readonly awaitsDmaInCommands: boolean;
  /** It may answer after the deadline. */
  readonly answersLate: boolean;
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

/** What the specification promises of every client, and no more. */
const CAREFUL: Quirks = {
  answersErrors: true,
  splitsHeaders: false,
  splitsReplies: false,
  sendsDma: true,
  awaitsDmaInCommands: false,
  answersLate: false,
};

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
    quirks: {
      ...CAREFUL,
      // hw/vfio-user/proxy.c, vfio_user_recv_hdr and vfio_user_complete: a header that is not there as a
      // whole ends the connection; the rest of a message is read until it is complete.
      splitsHeaders: false,
      splitsReplies: true,
      // DMA is answered in the main loop under the big lock, which the thread that waits for a reply
      // holds: nothing comes before the reply is sent.
      awaitsDmaInCommands: false,
      // Same file, wait_time: five seconds. Nothing reads the body of a later reply, and the stream is lost.
      answersLate: false,
    },
  },
  {
    kind: 'mdevkit',
    // libvfio-user's sample also knows twin sockets, and says nothing of maps and page sizes.
    matches: ({ stated }) =>
      stated.twinSocket?.supported === true && stated.maxDmaMaps !== undefined,
    quirks: {
      answersErrors: true,
      splitsHeaders: true,
      splitsReplies: true,
      sendsDma: true,
      // It serves its memory while it waits for a reply.
      awaitsDmaInCommands: true,
      // It closes the connection at its deadline.
      answersLate: false,
    },
  },
  {
    kind: 'rust-vmm',
    matches: ({ minor, stated }) =>
      minor === 1 && stated.migration?.pgsize !== undefined && stated.writeMultiple === undefined,
    quirks: {
      ...CAREFUL,
      // rust-vmm/vfio, vfio-user/src/lib.rs, Client: it never looks at the error bit and reads a reply
      // of the size it expects, so a bare header leaves it waiting for ever.
      answersErrors: false,
      // Same place: header and region info are taken with one recvmsg(2).
      splitsReplies: false,
      // Same place: it has no handler for commands of a server.
      sendsDma: false,
      // It waits without a deadline.
      answersLate: true,
    },
  },
  {
    kind: 'libvfio-user',
    // samples/client.c, send_version: two members, and twin_socket as an option.
    matches: ({ stated }) =>
      Object.keys(stated).every((name) => SAMPLE_MEMBERS.has(name)) &&
      stated.maxMsgFds !== undefined &&
      stated.maxDataXferSize !== undefined,
    quirks: {
      ...CAREFUL,
      // lib/tran.c, recv with MSG_WAITALL, without a deadline.
      splitsReplies: true,
      answersLate: true,
    },
  },
];

/** What is known of the client that sent a VERSION; a client nobody knows is treated with care. */
export function recogniseClient(version: ReceivedVersion): ClientProfile {
  const row = ROWS.find((one) => one.matches(version));
  return row === undefined
    ? { kind: 'unknown', quirks: CAREFUL }
    : { kind: row.kind, quirks: row.quirks };
}

/**
 * Whether the server may answer a command of this client with an error. Where it may not, it answers with a payload
 * of the size that the client waits for. A reply that is a bare header anyway may always be an error.
 */
export function mayAnswerError(quirks: Quirks, command: Command): boolean {
  return quirks.answersErrors || !command.hasReplyPayload;
}
