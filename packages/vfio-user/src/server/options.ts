import {
  safeLogger,
  SystemClock,
  silentLogger,
  type AttachedDevice,
  type Clock,
  type Endpoint,
  type Logger,
} from '@mdevkit/core';
import type { PeerCredentials } from '@mdevkit/linux';
import type { ServerLimits } from '../protocol/index.js';
import type { CommandTableOptions } from './commands/index.js';
import type { MemoryPolicy } from './context.js';
import type { PollingOptions } from './polling.js';

/** What is served: an attached device, which the server closes, or an endpoint that its owner has opened and closes. */
export type ServedDevice = AttachedDevice | { readonly endpoint: Endpoint };

/** How a device is served; everything but the path has a default. */
export interface ServerOptions extends CommandTableOptions {
  /** Of the socket, at most 107 bytes. */
  readonly path: string;
  /** Of the socket, never more even for a moment. Default 0600. */
  readonly mode?: number;
  /** Connections that may wait while there is a client. Default: the system's. */
  readonly backlog?: number;
  /** Who may be a client. Default: the user of this process, and root. */
  readonly allowPeer?: (peer: PeerCredentials) => boolean;
  /** What a client may use. */
  readonly limits?: Partial<ServerLimits>;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /**
   * How memory of the client is reached: `safe` maps only what its owner cannot take away, `trusted` maps everything, and
   * ends with the process if a client that cannot be trusted shrinks it. Default `safe`.
   */
  readonly memory?: MemoryPolicy;
  /** How long the socket is asked again before the event loop is. */
  readonly polling?: PollingOptions;
}

export function clockOf({ clock }: ServerOptions): Clock {
  return clock ?? new SystemClock();
}

export function loggerOf({ logger }: ServerOptions): Logger {
  return logger === undefined ? silentLogger : safeLogger(logger);
}
