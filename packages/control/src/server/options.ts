import { safeLogger, silentLogger, SystemClock, type Clock, type Logger } from '@mdevkit/core';
import type { PatienceOptions, PeerCredentials } from '@mdevkit/linux';
import type { ControlLimits } from './limits.js';
import type { ServedPlane } from './plane.js';

/** Whose control plane is served: an endpoint, or what has one, such as an attached device. It stays its owner's. */
export type ServedControl =
  { readonly objects: ServedPlane } | { readonly endpoint: { readonly objects: ServedPlane } };

/** How a control plane is served; everything but the path has a default. */
export interface ControlServerOptions {
  /** Of the socket, at most 107 bytes. */
  readonly path: string;
  /** Of the socket, never more even for a moment. Default 0600. */
  readonly mode?: number;
  /** Connections that may wait to be accepted. Default: the system's. */
  readonly backlog?: number;
  /** Who may be a client. Default: the user of this process, and root. */
  readonly allowPeer?: (peer: PeerCredentials) => boolean;
  /** What clients may use. */
  readonly limits?: Partial<ControlLimits>;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** How long a socket is asked again before the event loop is. */
  readonly polling?: PatienceOptions;
}

export function planeOf(served: ServedControl): ServedPlane {
  return 'objects' in served ? served.objects : served.endpoint.objects;
}

export function clockOf({ clock }: ControlServerOptions): Clock {
  return clock ?? new SystemClock();
}

export function loggerOf({ logger }: ControlServerOptions): Logger {
  return logger === undefined ? silentLogger : safeLogger(logger);
}
