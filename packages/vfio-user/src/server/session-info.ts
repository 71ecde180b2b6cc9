import type { PeerCredentials } from '@mdevkit/linux';
import type { Capabilities } from '../protocol/index.js';

/** What a session has done so far. */
export interface SessionCounters {
  readonly commands: number;
  /** Of them without an answer. */
  readonly posted: number;
  /** Of them that failed. */
  readonly failed: number;
  /** Of them that the device did not answer at once. */
  readonly held: number;
  /** Of them that the device did not answer in time. */
  readonly late: number;
}

/** The client that a server has now. */
export interface SessionInfo {
  readonly peer: PeerCredentials;
  /** Undefined until VERSION. */
  readonly kind: string | undefined;
  /** What the client said of itself, with defaults filled in; undefined until VERSION. */
  readonly capabilities: Capabilities | undefined;
  readonly twinSocket: boolean;
  readonly counters: SessionCounters;
  /** The command that is being carried out. */
  readonly held: number | undefined;
}
