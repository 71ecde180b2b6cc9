import type { Clock, Endpoint, Logger } from '@mdevkit/core';
import type { PeerCredentials, UnixStream } from '@mdevkit/linux';
import type { ServerLimits } from '../protocol/index.js';
import type { CommandTable, MemoryPolicy } from './context.js';

/** What a session is made of. */
export interface SessionOptions {
  /** Owned from here on. */
  readonly stream: UnixStream;
  readonly peer: PeerCredentials;
  readonly endpoint: Endpoint;
  readonly table: CommandTable;
  readonly limits: ServerLimits;
  readonly memory: MemoryPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A command that held the session is over: others may be carried out. */
  readonly onReady: () => void;
  /** Something waits for the socket that was not sent by a step: it has to be watched for room. */
  readonly onQueued: () => void;
}
