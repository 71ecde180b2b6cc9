import {
  SPDM_CHALLENGE,
  SPDM_END_SESSION,
  SPDM_FINISH,
  SPDM_GET_DIGESTS,
  SPDM_GET_MEASUREMENTS,
  SPDM_HEARTBEAT,
  SPDM_KEY_EXCHANGE,
  SPDM_KEY_UPDATE,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import { concatBytes, Transcript, type SpdmVersion } from '../../../abi/spdm/index.js';

/** Requests that give up a challenge, unless there was one already. */
const GIVE_UP: readonly number[] = [
  SPDM_GET_MEASUREMENTS,
  SPDM_KEY_EXCHANGE,
  SPDM_FINISH,
  SPDM_HEARTBEAT,
  SPDM_KEY_UPDATE,
  SPDM_END_SESSION,
];

/**
 * What a responder will have signed: the exact bytes of both sides, of the connection (A), for a challenge (B) and for
 * measurements (M).
 *
 * Source: DSP0274 1.3, sections Signature generation (M1 and M2 of CHALLENGE_AUTH, L1 and L2 of MEASUREMENTS).
 */
export class Transcripts {
  readonly version: SpdmVersion;
  /** GET_VERSION .. ALGORITHMS. */
  readonly connection: Uint8Array;
  /** Of the connection, if these are those of a session. */
  readonly #outer: Transcripts | undefined;
  readonly #challenge = new Transcript();
  readonly #measurements = new Transcript();
  /** A challenge was answered. */
  #challenged = false;

  constructor(version: SpdmVersion, connection: Uint8Array, outer?: Transcripts) {
    this.version = version;
    this.connection = connection;
    this.#outer = outer;
  }

  /** Those of a session on this connection. */
  forSession(): Transcripts {
    return new Transcripts(this.version, this.connection, this);
  }

  /** A request was answered; what it starts again is forgotten. */
  answered(code: number): void {
    if (code !== SPDM_GET_MEASUREMENTS) {
      this.#measurements.clear();
    }
    const connection = this.#outer ?? this;
    connection.#giveUp(code);
    if (code === SPDM_GET_DIGESTS) {
      // Those of a session are no part of a challenge, but begin it again: library/spdm_common_lib of libspdm does so.
      connection.#challenge.clear();
    }
    this.#challenged ||= code === SPDM_CHALLENGE;
  }

  /** A request was refused, or not answered at all. */
  refused(): void {
    this.#measurements.clear();
  }

  /** A request, and the exact bytes of its answer, that a challenge will be over; in a session it is over none. */
  noteChallenge(request: Uint8Array, answer: Uint8Array): void {
    if (this.#outer !== undefined) {
      return;
    }
    this.#challenge.append(request);
    this.#challenge.append(answer);
  }

  /** A request, and the exact bytes of its answer, that signed measurements will be over. */
  noteMeasurements(request: Uint8Array, answer: Uint8Array): void {
    this.#measurements.append(request);
    this.#measurements.append(answer);
  }

  /** What CHALLENGE_AUTH is signed over; forgotten with that. */
  takeChallenge(): Uint8Array {
    const whole = concatBytes([this.connection, this.#challenge.bytes()]);
    this.#challenge.clear();
    return whole;
  }

  /** What signed MEASUREMENTS are signed over, which includes the connection from version 1.2 on; forgotten with that. */
  takeMeasurements(): Uint8Array {
    const measurements = this.#measurements.bytes();
    this.#measurements.clear();
    return this.version >= SPDM_VERSION_12
      ? concatBytes([this.connection, measurements])
      : measurements;
  }

  #giveUp(code: number): void {
    if (!this.#challenged && GIVE_UP.includes(code)) {
      this.#challenge.clear();
    }
  }
}
