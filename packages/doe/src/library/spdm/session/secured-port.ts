import { PCI_DOE_FEATURE_SSESSION, PCI_VENDOR_ID_PCI_SIG, SPDM_ERROR } from '@mdevkit/uapi';
import {
  openRecord,
  readHeader,
  readSessionId,
  sealRecord,
  updatedSecret,
  wipeBytes,
  type DirectionKeys,
  type NegotiatedContext,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import type { DoeTransport } from '../../mailbox/index.js';
import { answerError, type SpdmPort } from '../connection/index.js';

/** One direction of a session. */
interface Direction {
  readonly secret: Uint8Array;
  readonly keys: DirectionKeys;
  /** Records so far. */
  sequence: number;
}

/** Secrets and keys of both directions. */
export interface SessionKeys {
  readonly requestSecret: Uint8Array;
  readonly responseSecret: Uint8Array;
  readonly request: DirectionKeys;
  readonly response: DirectionKeys;
}

/**
 * Messages sealed, in data objects of Secured CMA. Records are counted, and a mailbox delivers them in order: one that does
 * not open was changed, repeated or moved, and ends the session, as does one that does not come at all.
 *
 * Source: DSP0277 1.1, section Secured Messages; PCI Express Base Specification 6.0, section 6.31.4.
 */
export class SecuredPort implements SpdmPort {
  readonly sessionId: number;
  readonly #transport: DoeTransport;
  readonly #context: NegotiatedContext;
  #request: Direction;
  #response: Direction;
  /** Keys that the next answer may have, after which they are those of the direction. */
  #next: Direction | undefined;
  #alive = true;

  constructor(
    transport: DoeTransport,
    context: NegotiatedContext,
    sessionId: number,
    keys: SessionKeys,
  ) {
    this.#transport = transport;
    this.#context = context;
    this.sessionId = sessionId;
    this.#request = { secret: keys.requestSecret, keys: keys.request, sequence: 0 };
    this.#response = { secret: keys.responseSecret, keys: keys.response, sequence: 0 };
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** @throws MdevError ENOTCONN `doe.spdm-session-ended`, EBADMSG `doe.spdm-record`, and what the transport throws */
  async send(message: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (!this.#alive) {
      throw failure('doe.spdm-session-ended', { session: this.sessionId });
    }
    const { keys, sequence } = this.#request;
    const { algorithms } = this.#context;
    const record = sealRecord(keys, algorithms, sequence, this.sessionId, message);
    this.#request.sequence += 1;
    try {
      return this.#open(
        await this.#transport.exchange(
          PCI_VENDOR_ID_PCI_SIG,
          PCI_DOE_FEATURE_SSESSION,
          record,
          signal && { signal },
        ),
      );
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Both directions go on with other keys, from their first record. */
  replace(keys: SessionKeys): void {
    wipe(this.#request);
    wipe(this.#response);
    this.#request = { secret: keys.requestSecret, keys: keys.request, sequence: 0 };
    this.#response = { secret: keys.responseSecret, keys: keys.response, sequence: 0 };
  }

  /** Requests go on with the keys that follow from those they have. */
  updateRequests(): void {
    const old = this.#request;
    this.#request = this.#updated(old);
    wipe(old);
  }

  /** The next answer, unless it is an ERROR, has the keys that follow; says afterwards whether it had. */
  async expectUpdate<T>(
    run: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly updated: boolean }> {
    const next = this.#updated(this.#response);
    this.#next = next;
    try {
      const value = await run();
      return { value, updated: this.#response === next };
    } finally {
      if (this.#response !== next) {
        wipe(next);
      }
      this.#next = undefined;
    }
  }

  /** Nothing can be sent any more, and the keys are forgotten. */
  end(): void {
    this.#alive = false;
    wipe(this.#request);
    wipe(this.#response);
  }

  #updated({ secret }: Direction): Direction {
    const { version, algorithms } = this.#context;
    return { ...updatedSecret(version, algorithms, secret), sequence: 0 };
  }

  #open(record: Uint8Array): Uint8Array {
    this.#checkRefusal(record);
    const candidates = [this.#next, this.#response].filter((direction) => direction !== undefined);
    let wrong: unknown;
    for (const direction of candidates) {
      try {
        const { keys, sequence } = direction;
        const { algorithms } = this.#context;
        const message = openRecord(keys, algorithms, sequence, this.sessionId, record);
        direction.sequence += 1;
        if (direction !== this.#response) {
          wipe(this.#response);
          this.#response = direction;
        }
        return message;
      } catch (error) {
        wrong = error;
      }
    }
    throw wrong;
  }

  /** A device that could not open a record has no keys to seal its refusal with. */
  #checkRefusal(answer: Uint8Array): void {
    const { code, param1, param2 } = readHeader(answer);
    if (readSessionId(answer) !== this.sessionId && code === SPDM_ERROR) {
      throw answerError(param1, param2, 0);
    }
  }
}

function wipe({ secret, keys }: Direction): void {
  wipeBytes(secret, keys.key, keys.iv);
}
