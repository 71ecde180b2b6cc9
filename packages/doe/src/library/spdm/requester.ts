import { SystemClock } from '@mdevkit/core';
import { SPDM_SUMMARY_ALL, SPDM_SUMMARY_NONE, SPDM_SUMMARY_TCB } from '@mdevkit/uapi';
import { randomBytes } from 'node:crypto';
import type { CmaName } from '../../abi/cma/index.js';
import type { NegotiatedContext, SpdmVersion, SummaryType } from '../../abi/spdm/index.js';
import type { DoeTransport } from '../mailbox/index.js';
import { TrustAnchors, type TrustedRoot } from './chain/index.js';
import {
  algorithmNames,
  Asker,
  ClearPort,
  negotiate,
  Patience,
  resolveLimits,
  Transcripts,
  Turns,
  type AlgorithmNames,
  type AskServices,
  type Conversation,
} from './connection/index.js';
import {
  challenge,
  getCertificateChain,
  getDigests,
  getMeasurements,
  identify,
  SeenNonces,
  type ChallengeAnswer,
  type DeviceIdentity,
  type MeasurementAnswer,
  type MeasurementWishes,
  type OnCertificates,
  type SlotDigests,
} from './evidence/index.js';
import type { SpdmCallOptions, SpdmOptions } from './options.js';
import { shakeHands, SpdmSession } from './session/index.js';

/** What a device's certificates have to be. */
export interface IdentityPolicy {
  /** Whom to trust: DER or PEM. */
  readonly roots: readonly TrustedRoot[];
  /** When they have to be valid; now by default. */
  readonly now?: Date;
  /** What config space says of the function, which the leaf has to repeat. Not looked at by default. */
  readonly device?: CmaName;
}

/** Which measurements a challenge covers. */
export type SummaryScope = 'none' | 'tcb' | 'all';

const summaryTypes: Readonly<Record<SummaryScope, SummaryType>> = {
  none: SPDM_SUMMARY_NONE,
  tcb: SPDM_SUMMARY_TCB,
  all: SPDM_SUMMARY_ALL,
};

/**
 * The requester of SPDM on one device: asks, and believes nothing that is not signed by a key whose certificate was
 * verified. Calls are answered one after the other, in their order. Nothing has to be released but sessions.
 *
 * Source: DSP0274 1.3; PCI Express Base Specification 6.0, section 6.31.3.
 *
 * @example
 * const requester = await SpdmRequester.connect(mailbox);
 * const identity = await requester.identify(0, { roots: [readFileSync('root.pem')] });
 * await requester.challenge(identity);
 * const { blocks } = await requester.measurements({ signer: identity });
 */
export class SpdmRequester {
  readonly version: SpdmVersion;
  /** SPDM_CAP_* of the device. */
  readonly capabilities: number;
  readonly algorithms: AlgorithmNames;
  /** Version and algorithms, for codecs. */
  readonly context: NegotiatedContext;
  readonly #conversation: Conversation;
  readonly #transport: DoeTransport;
  readonly #services: AskServices & { readonly nonces: SeenNonces };
  readonly #turns: Turns;

  private constructor(
    transport: DoeTransport,
    conversation: Conversation,
    services: AskServices & { readonly nonces: SeenNonces },
  ) {
    const { context } = conversation;
    this.version = context.version;
    this.capabilities = conversation.flags;
    this.algorithms = algorithmNames(context.algorithms);
    this.context = context;
    this.#conversation = conversation;
    this.#transport = transport;
    this.#services = services;
    this.#turns = new Turns(() => services.patience.begin());
  }

  /**
   * GET_VERSION, GET_CAPABILITIES and NEGOTIATE_ALGORITHMS. The device forgets earlier connections and their sessions.
   *
   * @throws MdevError EPROTONOSUPPORT `doe.spdm-no-version`; EPROTO `doe.spdm-capabilities`, `doe.spdm-not-offered`;
   *   `doe.spdm-error-…` for what the device refuses; what the transport throws. RangeError for impossible limits
   */
  static async connect(transport: DoeTransport, options: SpdmOptions = {}): Promise<SpdmRequester> {
    const limits = resolveLimits(options.limits);
    const clock = options.clock ?? new SystemClock();
    const services = {
      clock,
      limits,
      patience: new Patience(clock, limits, options.totalOf),
      nonces: options.nonces ?? new SeenNonces(),
    };
    const asker = new Asker(new ClearPort(transport), services);
    const negotiated = await negotiate(asker, limits.messageBytes, options, options.signal);
    return new SpdmRequester(
      transport,
      {
        context: negotiated,
        flags: negotiated.capabilities.flags,
        asker,
        limits,
        transcripts: new Transcripts(negotiated.version, negotiated.transcript),
        random: options.random ?? ((size) => new Uint8Array(randomBytes(size))),
      },
      services,
    );
  }

  /** GET_DIGESTS. */
  async digests(options?: SpdmCallOptions): Promise<SlotDigests> {
    return this.#turns.take(options?.signal, () => getDigests(this.#conversation, options?.signal));
  }

  /** GET_CERTIFICATE: the bytes of the chain of a slot, 0 .. 7, unchecked. */
  async certificateChain(slot: number, options?: SpdmCallOptions): Promise<Uint8Array> {
    return this.#turns.take(options?.signal, () =>
      getCertificateChain(this.#conversation, slot, options?.signal),
    );
  }

  /**
   * GET_DIGESTS and GET_CERTIFICATE, and the verification of the chain: who the device says it is. Whether it has the key
   * show a challenge, signed measurements or a session.
   *
   * @throws MdevError a reason for each cause: `doe.spdm-untrusted`, `doe.spdm-chain-truncated`, `doe.spdm-digest`,
   *   `doe.spdm-expired`, …. TypeError for a root that is no certificate
   */
  async identify(
    slot: number,
    policy: IdentityPolicy,
    options?: SpdmCallOptions & { readonly onCertificates?: OnCertificates },
  ): Promise<DeviceIdentity> {
    const { roots, now = new Date(), device } = policy;
    const chainPolicy = { anchors: new TrustAnchors(roots), now, ...(device && { device }) };
    return this.#turns.take(options?.signal, () =>
      identify(this.#conversation, slot, chainPolicy, options?.signal, options?.onCertificates),
    );
  }

  /** CHALLENGE: the device shows that it has the key. Throws `doe.spdm-signature`, `doe.spdm-replayed`, … */
  async challenge(
    identity: DeviceIdentity,
    summary: SummaryScope = 'all',
    options?: SpdmCallOptions,
  ): Promise<ChallengeAnswer> {
    return this.#turns.take(options?.signal, () =>
      challenge(
        this.#conversation,
        identity,
        summaryTypes[summary],
        this.#services.nonces,
        options?.signal,
      ),
    );
  }

  /**
   * GET_MEASUREMENTS, signed if there is a signer. Before version 1.2 the signature is not over what was negotiated, which
   * only a challenge or a session confirms. Throws `doe.spdm-signature`,
   * `doe.spdm-replayed`, …
   */
  async measurements(
    wishes: MeasurementWishes = {},
    options?: SpdmCallOptions,
  ): Promise<MeasurementAnswer> {
    return this.#turns.take(options?.signal, () =>
      getMeasurements(this.#conversation, wishes, this.#services.nonces, options?.signal),
    );
  }

  /** KEY_EXCHANGE and FINISH: a session with the owner of the identity's key. Dispose it. */
  async openSession(identity: DeviceIdentity, options?: SpdmCallOptions): Promise<SpdmSession> {
    return this.#turns.take(options?.signal, async () => {
      const services = { ...this.#services, transport: this.#transport };
      const handshake = await shakeHands(this.#conversation, identity, services, options?.signal);
      return new SpdmSession(this.#conversation, handshake, {
        turns: this.#turns,
        nonces: this.#services.nonces,
      });
    });
  }
}
