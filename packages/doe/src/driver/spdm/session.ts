import {
  applicationSecrets,
  openRecord,
  sealRecord,
  updatedSecret,
  wipeBytes,
  wipeSecrets,
  type HandshakeSecrets,
  type NegotiatedContext,
  type Transcript,
} from '../../abi/spdm/index.js';
import { Direction } from './direction.js';
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

/** What FINISH is checked with, and what the secrets of the session are made of; wiped when it is answered. */
export type Handshake = Pick<SessionParts, 'secrets' | 'transcript'>;

/** Milliseconds that a handshake may take, so that none that nobody ends holds a place for ever (own rule). */
const HANDSHAKE_MS = 60_000;

/**
 * A session: its keys, and what was measured in it. It keeps the secrets that it needs for its next record, and no others.
 *
 * Source: DSP0274 1.2, section 11 (secured messages and sessions); DSP0277 1.1.
 */
export class Session {
  readonly id: number;
  readonly context: NegotiatedContext;
  readonly measured = new MeasuredLog();
  readonly #patience: number;
  readonly #request: Direction;
  readonly #response: Direction;
  #deadline: number;
  #handshake: Handshake | undefined;
  /** KEY_UPDATE gave the requester new keys, which it has not verified yet. */
  unverified = false;

  constructor({ id, context, secrets, transcript, patience, now }: SessionParts) {
    this.id = id;
    this.context = context;
    this.#handshake = { secrets, transcript };
    this.#patience = patience;
    this.#request = new Direction({ secret: secrets.requestSecret, keys: secrets.request });
    this.#response = new Direction({ secret: secrets.responseSecret, keys: secrets.response });
    this.#deadline = now + HANDSHAKE_MS;
  }

  /** Undefined when FINISH was answered. */
  get handshake(): Handshake | undefined {
    return this.#handshake;
  }

  /** FINISH was answered. */
  get established(): boolean {
    return this.#handshake === undefined;
  }

  /** Nothing was heard of it for too long (DSP0274 1.2, HEARTBEAT request message). */
  isOver(now: number): boolean {
    return now > this.#deadline;
  }

  /** Something was heard of it. */
  heard(now: number): void {
    if (this.established) {
      this.#deadline = now + this.#patience;
    }
  }

  /** @throws MdevError if the record is not the next one of the requester */
  open(record: Uint8Array): Uint8Array {
    const { keys, sequence } = this.#request.next;
    const message = openRecord(keys, this.context.algorithms, sequence, this.id, record);
    this.#request.advance();
    return message;
  }

  seal(message: Uint8Array): Uint8Array {
    const { keys, sequence } = this.#response.next;
    this.#response.advance();
    return sealRecord(keys, this.context.algorithms, sequence, this.id, message);
  }

  /**
   * The handshake is over: other keys, and records are counted anew (DSP0274 1.2, section key schedule).
   *
   * @throws RangeError if it was over already
   */
  establish(th2: Uint8Array, now: number): void {
    const { version, algorithms } = this.context;
    if (this.#handshake === undefined) {
      throw new RangeError('the handshake is over');
    }
    const { handshake } = this.#handshake.secrets;
    const next = applicationSecrets(version, algorithms, handshake, th2);
    this.#request.renew({ secret: next.requestSecret, keys: next.request });
    this.#response.renew({ secret: next.responseSecret, keys: next.response });
    wipeBytes(next.master, next.exportMaster);
    this.#forgetHandshake();
    this.heard(now);
  }

  /** Source: DSP0274 1.2, KEY_UPDATE request message. */
  updateRequestKeys(): void {
    const { version, algorithms } = this.context;
    this.#request.renew(updatedSecret(version, algorithms, this.#request.secret));
    this.unverified = true;
  }

  updateResponseKeys(): void {
    const { version, algorithms } = this.context;
    this.#response.renew(updatedSecret(version, algorithms, this.#response.secret));
  }

  /** It is over: every secret is wiped, nothing is opened or sealed any more. */
  forget(): void {
    this.#forgetHandshake();
    this.#request.wipe();
    this.#response.wipe();
    this.measured.clear();
  }

  #forgetHandshake(): void {
    if (this.#handshake !== undefined) {
      wipeSecrets(this.#handshake.secrets);
      this.#handshake = undefined;
    }
  }
}
