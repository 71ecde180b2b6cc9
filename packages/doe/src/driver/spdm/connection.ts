import { Transcript, type Algorithms, type SpdmVersion } from '../../abi/spdm/index.js';
import { MeasuredLog } from './measured-log.js';
import { PHASE_NONE, type Phase } from './phase.js';
import type { Session } from './session.js';

/** A request that was answered already. */
export interface Answered {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/** What a requester can do. */
export interface Requester {
  /** SPDM_CAP_*. */
  readonly flags: number;
  /** Bytes of the longest message that it takes. */
  readonly room: number;
}

/** Of whom nothing is known; version 1.0 does not say more. */
const STRANGER: Requester = { flags: 0, room: Infinity };

/** What GET_VERSION forgets: everything that requester and responder have agreed on. */
export class Connection {
  phase: Phase = PHASE_NONE;
  /** Since CAPABILITIES. */
  version: SpdmVersion | undefined;
  requester = STRANGER;
  /** Since ALGORITHMS. */
  algorithms: Algorithms | undefined;
  /** A: GET_VERSION .. ALGORITHMS (DSP0274 1.2, CHALLENGE_AUTH, message transcripts). */
  readonly negotiated = new Transcript();
  /** B: digests and certificates, since GET_DIGESTS. */
  readonly identified = new Transcript();
  /** L, outside of sessions. */
  readonly measured = new MeasuredLog();
  /** A challenge was answered. */
  authenticated = false;
  /** The last GET_CAPABILITIES and NEGOTIATE_ALGORITHMS. */
  readonly answered = new Map<number, Answered>();
  readonly #sessions = new Map<number, Session>();

  /** By their ids. */
  get sessions(): ReadonlyMap<number, Session> {
    return this.#sessions;
  }

  addSession(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  /** A session is over, and its secrets are wiped. */
  endSession(session: Session): void {
    this.#sessions.delete(session.id);
    session.forget();
  }

  endSessions(): void {
    for (const session of this.#sessions.values()) {
      this.endSession(session);
    }
  }

  /** Nothing is agreed on any more. */
  forget(): void {
    this.phase = PHASE_NONE;
    this.version = undefined;
    this.requester = STRANGER;
    this.algorithms = undefined;
    this.negotiated.clear();
    this.identified.clear();
    this.measured.clear();
    this.authenticated = false;
    this.answered.clear();
    this.endSessions();
  }
}
