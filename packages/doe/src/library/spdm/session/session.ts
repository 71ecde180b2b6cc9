import { trackDisposable, trackReleased } from '@mdevkit/core';
import { SPDM_CAP_HBEAT, SPDM_END_SESSION_ACK, SPDM_HEARTBEAT_ACK } from '@mdevkit/uapi';
import {
  decodeEndSessionAck,
  decodeHeartbeatAck,
  encodeEndSession,
  encodeHeartbeat,
} from '../../../abi/spdm/index.js';
import {
  exchangeMessages,
  needCapability,
  type Conversation,
  type Turns,
} from '../connection/index.js';
import {
  getCertificateChain,
  getDigests,
  getMeasurements,
  type MeasurementAnswer,
  type MeasurementWishes,
  type SeenNonces,
  type SlotDigests,
} from '../evidence/index.js';
import type { SpdmCallOptions } from '../options.js';
import type { Handshake } from './handshake.js';
import { updateKeys, type KeyUpdateScope } from './key-update.js';
import type { SecuredPort } from './secured-port.js';

/** What a session shares with its connection. */
export interface SessionServices {
  readonly turns: Turns;
  readonly nonces: SeenNonces;
}

/**
 * An established session: requests in it are sealed, and so are their answers. After an error of the transport, or a record
 * that does not open, it can be used no more (ENOTCONN `doe.spdm-session-ended`); a refusal of the device does not end it.
 *
 * Source: DSP0274 1.3, section Session; DSP0277 1.1.
 */
export class SpdmSession implements AsyncDisposable {
  /** 32 bits: the device's half above the requester's. */
  readonly id: number;
  /** Seconds after which the device gives up a session in which nothing happens; 0: never. Nothing is sent by itself. */
  readonly heartbeatSeconds: number;
  readonly #conversation: Conversation;
  readonly #port: SecuredPort;
  readonly #services: SessionServices;

  constructor(
    connection: Conversation,
    { port, asker, heartbeatSeconds }: Handshake,
    services: SessionServices,
  ) {
    this.id = port.sessionId;
    this.heartbeatSeconds = heartbeatSeconds;
    this.#port = port;
    this.#services = services;
    const transcripts = connection.transcripts.forSession();
    this.#conversation = { ...connection, asker, transcripts };
    trackDisposable(this);
  }

  /** Whether requests can be sent. */
  get alive(): boolean {
    return this.#port.alive;
  }

  async digests(options?: SpdmCallOptions): Promise<SlotDigests> {
    return this.#services.turns.take(options?.signal, () =>
      getDigests(this.#conversation, options?.signal),
    );
  }

  /** The bytes of the chain of a slot, unchecked. */
  async certificateChain(slot: number, options?: SpdmCallOptions): Promise<Uint8Array> {
    return this.#services.turns.take(options?.signal, () =>
      getCertificateChain(this.#conversation, slot, options?.signal),
    );
  }

  async measurements(
    wishes: MeasurementWishes = {},
    options?: SpdmCallOptions,
  ): Promise<MeasurementAnswer> {
    const { turns, nonces } = this.#services;
    return turns.take(options?.signal, () =>
      getMeasurements(this.#conversation, wishes, nonces, options?.signal),
    );
  }

  /** HEARTBEAT: the device waits again for {@link heartbeatSeconds}. */
  async heartbeat(options?: SpdmCallOptions): Promise<void> {
    await this.#services.turns.take(options?.signal, async () => {
      const { context, flags } = this.#conversation;
      needCapability(flags, SPDM_CAP_HBEAT, 'heartbeat');
      const request = encodeHeartbeat(context);
      decodeHeartbeatAck(
        await exchangeMessages(this.#conversation, request, SPDM_HEARTBEAT_ACK, options?.signal),
        context,
      );
    });
  }

  /** KEY_UPDATE: new keys for requests alone, or for both directions (the default). */
  async updateKeys(scope: KeyUpdateScope = 'all', options?: SpdmCallOptions): Promise<void> {
    await this.#services.turns.take(options?.signal, () =>
      updateKeys(this.#conversation, this.#port, scope, options?.signal),
    );
  }

  /** END_SESSION. Whatever the device answers, the keys are forgotten and the session has ended. */
  async end(options?: SpdmCallOptions): Promise<void> {
    await this.#services.turns.take(options?.signal, async () => {
      trackReleased(this);
      try {
        const { context } = this.#conversation;
        const { version } = context;
        const request = encodeEndSession({ version, clearNegotiatedState: false });
        const answer = await exchangeMessages(
          this.#conversation,
          request,
          SPDM_END_SESSION_ACK,
          options?.signal,
        );
        decodeEndSessionAck(answer, context);
      } finally {
        this.#port.end();
      }
    });
  }

  /** Ends the session if it is alive; never rejects, as there is nothing left to do about a device that refuses. */
  async [Symbol.asyncDispose](): Promise<void> {
    trackReleased(this);
    if (this.alive) {
      await this.end().catch(() => undefined);
    }
  }
}
