import {
  applicationSecrets,
  openRecord,
  sealRecord,
  updatedSecret,
  type DirectionKeys,
  type HandshakeSecrets,
  type NegotiatedContext,
  type Transcript,
} from '../../abi/spdm/index.js';
import { MeasuredLog } from './measured-log.js';

/** What KEY_EXCHANGE and its response made. */
export interface SessionParts {
  /** Both halves. */
  readonly id: number;
  readonly context: NegotiatedContext;
  readonly secrets: HandshakeSecrets;
  /** TH so far: A, the hash of the chain, KEY_EXCHANGE and its whole response. */
  readonly transcript: Transcript;
  /** Milliseconds without a word after which it is over. */
  readonly patience: number;
  readonly now: number;
}

interface Direction {
  secret: Uint8Array;
  keys: DirectionKeys;
  /** Of the next record. */
  sequence: number;
}

/** Milliseconds that a handshake may take, so that none that nobody ends holds a place for ever (own rule). */
const HANDSHAKE_MS = 60_000;

/**
 * A session: its keys, and what was measured in it.
 *
 * Source: DSP0274 1.2, section 11 (secured messages and sessions); DSP0277 1.1.
 */
export class Session {
  readonly id: number;
  readonly context: NegotiatedContext;
  readonly secrets: HandshakeSecrets;
  readonly transcript: Transcript;
  readonly measured = new MeasuredLog();
  readonly #patience: number;
  readonly #request: Direction;
  readonly #response: Direction;
  #deadline: number;
  #established = false;
  /** KEY_UPDATE gave the requester new keys, which it has not verified yet. */
  unverified = false;

  constructor({ id, context, secrets, transcript, patience, now }: SessionParts) {
    this.id = id;
    this.context = context;
    this.secrets = secrets;
    this.transcript = transcript;
    this.#patience = patience;
    this.#request = { secret: secrets.requestSecret, keys: secrets.request, sequence: 0 };
    this.#response = { secret: secrets.responseSecret, keys: secrets.response, sequence: 0 };
    this.#deadline = now + HANDSHAKE_MS;
  }

  /** FINISH was answered. */
  get established(): boolean {
    return this.#established;
  }

  /** Nothing was heard of it for too long (DSP0274 1.2, HEARTBEAT request message). */
  isOver(now: number): boolean {
    return now > this.#deadline;
  }

  /** Something was heard of it. */
  heard(now: number): void {
    if (this.#established) {
      this.#deadline = now + this.#patience;
    }
  }

  /** @throws MdevError if the record is not the next one of the requester */
  open(record: Uint8Array): Uint8Array {
    const { keys, sequence } = this.#request;
    const message = openRecord(keys, this.context.algorithms, sequence, this.id, record);
    this.#request.sequence += 1;
    return message;
  }

  seal(message: Uint8Array): Uint8Array {
    const { keys, sequence } = this.#response;
    this.#response.sequence += 1;
    return sealRecord(keys, this.context.algorithms, sequence, this.id, message);
  }

  /** The handshake is over: other keys, and records are counted anew (DSP0274 1.2, section key schedule). */
  establish(th2: Uint8Array, now: number): void {
    const { version, algorithms } = this.context;
    const next = applicationSecrets(version, algorithms, this.secrets.handshake, th2);
    renew(this.#request, { secret: next.requestSecret, keys: next.request });
    renew(this.#response, { secret: next.responseSecret, keys: next.response });
    this.#established = true;
    this.heard(now);
  }

  /** Source: DSP0274 1.2, KEY_UPDATE request message. */
  updateRequestKeys(): void {
    const { version, algorithms } = this.context;
    renew(this.#request, updatedSecret(version, algorithms, this.#request.secret));
    this.unverified = true;
  }

  updateResponseKeys(): void {
    const { version, algorithms } = this.context;
    renew(this.#response, updatedSecret(version, algorithms, this.#response.secret));
  }
}

function renew(direction: Direction, next: { secret: Uint8Array; keys: DirectionKeys }): void {
  direction.secret = next.secret;
  direction.keys = next.keys;
  direction.sequence = 0;
}
