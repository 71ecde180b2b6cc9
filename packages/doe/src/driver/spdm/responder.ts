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
import { discard, settle, type Outcome } from './settle.js';

/** What a feature gives back. */
type Response = ReturnType<DoeFeature['handle']>;

const SESSION_ID_SIZE = 4;

/** Counts the requests and resets of one feature: what is answered in another turn comes too late. */
interface Turns {
  turn: number;
}

/**
 * The responder of a device: one connection, and its sessions, over two kinds of data objects. It answers at once, unless
 * the measurements take their time. An answer that nobody waits for any more changes nothing.
 *
 * Both features belong into one instance: sessions are made through the first and used through the second. They are owned
 * separately all the same. Another owner of the second finds no session, and the connection of the first stays; another
 * owner of the first finds nothing at all. Who has the second without the first can make no session and read none, but end
 * one, by a record with its id that does not open.
 *
 * Source: DSP0274 1.0 .. 1.3; DSP0277 1.1; PCI Express Base Specification 6.0, section 6.31.
 */
export class SpdmResponder {
  readonly #settings: SpdmSettings;
  readonly #slots: CertificateSlots;
  readonly #connection = new Connection();
  readonly #plainTurns: Turns = { turn: 0 };
  readonly #sealedTurns: Turns = { turn: 0 };

  /** Component Measurement and Authentication (0001:01): messages as they are. Its reset forgets connection and sessions. */
  readonly cma: DoeFeature;
  /** Secured CMA (0001:02): messages of sessions, sealed. Its reset ends the sessions, the connection stays. */
  readonly secured: DoeFeature;

  /** @throws RangeError for options that no responder can have */
  constructor(options: SpdmResponderOptions) {
    this.#settings = spdmSettings(options);
    this.#slots = new CertificateSlots(this.#settings.slots, this.#settings.hashes);
    this.cma = featureOf(
      PCI_DOE_FEATURE_CMA,
      (request, call) => this.#plain(request, call),
      () => {
        this.reset();
      },
    );
    this.secured = featureOf(
      PCI_DOE_FEATURE_SSESSION,
      (record, call) => this.#sealed(record, call),
      () => {
        this.#endSessions();
      },
    );
  }

  /** Forgets connection and sessions; what is being answered is thrown away. */
  reset(): void {
    this.#plainTurns.turn += 1;
    this.#endSessions();
    this.#connection.forget();
  }

  #endSessions(): void {
    this.#sealedTurns.turn += 1;
    this.#connection.endSessions();
  }

  #plain(request: Uint8Array, call: DoeCall): Response {
    this.#endSilentSessions();
    this.#plainTurns.turn += 1;
    return this.#respond(this.#exchange(request.slice(), undefined), call, this.#plainTurns);
  }

  /**
   * A record that does not open ends its session, as its last message says; a record of no session is answered by nothing,
   * and changes nothing (DSP0274 1.2, ERROR, DecryptError; DSP0277 1.1, section on session identifiers).
   */
  #sealed(record: Uint8Array, call: DoeCall): Response {
    this.#endSilentSessions();
    const session =
      record.length < SESSION_ID_SIZE
        ? undefined
        : this.#connection.sessions.get(readSessionId(record));
    if (session === undefined) {
      return undefined;
    }
    this.#sealedTurns.turn += 1;
    let request: Uint8Array;
    try {
      request = session.open(record);
      session.heard(this.#settings.clock.now());
    } catch {
      return settle(this.#exchange(new Uint8Array(), session), decryptError());
    }
    return this.#respond(this.#exchange(request, session), call, this.#sealedTurns);
  }

  /** Those of which nothing was heard for too long. */
  #endSilentSessions(): void {
    const now = this.#settings.clock.now();
    for (const session of this.#connection.sessions.values()) {
      if (session.isOver(now)) {
        this.#connection.endSession(session);
      }
    }
  }

  #exchange(request: Uint8Array, session: Session | undefined): Exchange {
    const header = headerOf(request);
    const connection = this.#connection;
    return { settings: this.#settings, slots: this.#slots, connection, session, header, request };
  }

  /** What the other feature does meanwhile does not matter, unless the session is over by then. */
  #respond(exchange: Exchange, { signal }: DoeCall, turns: Turns): Response {
    const { connection, session } = exchange;
    const { turn } = turns;
    const late = (): boolean =>
      signal.aborted ||
      turn !== turns.turn ||
      (session !== undefined && connection.sessions.get(session.id) !== session);
    const end = (outcome: Outcome): Uint8Array | undefined => {
      if (late()) {
        discard(outcome);
        return undefined;
      }
      return settle(exchange, outcome);
    };
    const outcome = answer(exchange);
    return outcome instanceof Promise ? outcome.then(end) : end(outcome);
  }
}

function featureOf(type: number, handle: DoeFeature['handle'], reset: () => void): DoeFeature {
  return { vendor: PCI_VENDOR_ID_PCI_SIG, type, handle, reset, [Symbol.dispose]: reset };
}
