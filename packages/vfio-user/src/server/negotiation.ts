import { UnixStream } from '@mdevkit/linux';
import { failure } from '../errors/index.js';
import {
  buildVersion,
  maxMessageSize,
  negotiate,
  offerOf,
  parseVersion,
  recogniseClient,
  type ServerLimits,
} from '../protocol/index.js';
import type { ClientInfo } from './context.js';
import { TwinSocket } from './twin-socket.js';

/** What VERSION has settled. Disposing it closes what was lent for the reply. */
export interface Agreement extends Disposable {
  readonly client: ClientInfo;
  /** The payload of the reply. */
  readonly reply: Uint8Array;
  /** For the reply. */
  readonly descriptors: readonly number[];
  /** Whoever goes on with the session owns it. */
  readonly twin: TwinSocket | undefined;
  /** Members of the client's VERSION that nobody knows here. */
  readonly unknown: readonly string[];
}

/** Answers a VERSION. Throws EINVAL `vfio-user.version-…`, `vfio-user.stray-descriptors`, and what a new socket throws. */
export function agree(payload: Uint8Array, fds: number, limits: ServerLimits): Agreement {
  if (fds > 0) {
    throw failure('vfio-user.stray-descriptors', { command: 'VERSION', descriptors: fds });
  }
  const proposal = parseVersion(payload);
  const { reply, client, twinSocket } = negotiate(proposal, offerOf(limits));
  const agreed = buildVersion(reply);
  const [ours, theirs] = twinSocket ? UnixStream.pair() : [undefined, undefined];
  return {
    client: { capabilities: client, ...recogniseClient(proposal) },
    reply: agreed,
    descriptors: theirs === undefined ? [] : [theirs.fd],
    twin: ours === undefined ? undefined : twinOn(ours, limits),
    unknown: proposal.unknown,
    [Symbol.dispose]: () => {
      theirs?.[Symbol.dispose]();
    },
  };
}

function twinOn(stream: UnixStream, limits: ServerLimits): TwinSocket {
  return new TwinSocket(stream, {
    maxMessage: maxMessageSize(limits.maxDataXferSize),
    // No message on it carries any.
    maxDescriptors: 0,
    maxQueued: limits.outboundBytes,
  });
}
