import {
  PCI_DOE_FEATURE_CMA,
  PCI_DOE_FEATURE_SSESSION,
  PCI_VENDOR_ID_PCI_SIG,
} from '@mdevkit/uapi';
import { readSessionId } from '../../abi/spdm/index.js';
import type { DoeCall, DoeFeature } from '../feature/doe-feature.js';
import { answer } from './answer.js';
import { CertificateSlots } from './certificate-slots.js';
import { Connection } from './connection.js';
import { headerOf, type Exchange } from './exchange.js';
import { spdmSettings, type SpdmResponderOptions, type SpdmSettings } from './options.js';
import { decryptError } from './refusal.js';
import type { Session } from './session.js';
import { settle, type Outcome } from './settle.js';

/** What a feature gives back. */
type Response = ReturnType<DoeFeature['handle']>;

const SESSION_ID_SIZE = 4;

/**
 * The responder of a device: one connection, and its sessions, over two kinds of data objects. It answers at once, unless
 * the measurements take their time. An answer that nobody waits for any more changes nothing.
 *
 * Source: DSP0274 1.0 .. 1.3; DSP0277 1.1; PCI Express Base Specification 6.0, section 6.31.
 */
export class SpdmResponder {
  readonly #settings: SpdmSettings;
  readonly #slots: CertificateSlots;
  readonly #connection = new Connection();
  /** Counts requests and resets: what is answered in another turn comes too late. */
  #turn = 0;

  /** Component Measurement and Authentication: messages as they are. */
  readonly cma: DoeFeature;
  /** Secured CMA: messages of sessions, sealed. */
  readonly secured: DoeFeature;

  /** @throws RangeError for options that no responder can have */
  constructor(options: SpdmResponderOptions) {
    this.#settings = spdmSettings(options);
    this.#slots = new CertificateSlots(this.#settings.slots);
    this.cma = this.#feature(PCI_DOE_FEATURE_CMA, (request, call) => this.#plain(request, call));
    this.secured = this.#feature(PCI_DOE_FEATURE_SSESSION, (record, call) =>
      this.#sealed(record, call),
    );
  }

  /** Forgets connection and sessions; what is being answered is thrown away. */
  reset(): void {
    this.#turn += 1;
    this.#connection.forget();
  }

  #feature(type: number, handle: DoeFeature['handle']): DoeFeature {
    const reset = (): void => {
      this.reset();
    };
    return { vendor: PCI_VENDOR_ID_PCI_SIG, type, handle, reset, [Symbol.dispose]: reset };
  }

  #plain(request: Uint8Array, call: DoeCall): Response {
    this.#begin();
    return this.#respond(this.#exchange(request.slice(), undefined), call);
  }

  /**
   * A record that does not open ends its session, as its last message says; a record of no session is answered by nothing
   * (DSP0274 1.2, ERROR, DecryptError; DSP0277 1.1, section on session identifiers).
   */
  #sealed(record: Uint8Array, call: DoeCall): Response {
    this.#begin();
    const session =
      record.length < SESSION_ID_SIZE
        ? undefined
        : this.#connection.sessions.get(readSessionId(record));
    if (session === undefined) {
      return undefined;
    }
    let request: Uint8Array;
    try {
      request = session.open(record);
      session.heard(this.#settings.clock.now());
    } catch {
      return settle(this.#exchange(new Uint8Array(), session), decryptError());
    }
    return this.#respond(this.#exchange(request, session), call);
  }

  /** Another turn; sessions of which nothing was heard for too long end. */
  #begin(): void {
    this.#turn += 1;
    const { sessions } = this.#connection;
    const now = this.#settings.clock.now();
    for (const [id, session] of sessions) {
      if (session.isOver(now)) {
        sessions.delete(id);
      }
    }
  }

  #exchange(request: Uint8Array, session: Session | undefined): Exchange {
    const header = headerOf(request);
    const connection = this.#connection;
    return { settings: this.#settings, slots: this.#slots, connection, session, header, request };
  }

  #respond(exchange: Exchange, { signal }: DoeCall): Response {
    const turn = this.#turn;
    const late = (): boolean => signal.aborted || turn !== this.#turn;
    const end = (outcome: Outcome): Uint8Array | undefined =>
      late() ? undefined : settle(exchange, outcome);
    const outcome = answer(exchange);
    return outcome instanceof Promise ? outcome.then(end) : end(outcome);
  }
}
