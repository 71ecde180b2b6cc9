import {
  SPDM_CAP_MEAS,
  SPDM_CAP_MEAS_SIG,
  SPDM_MEASUREMENTS,
  SPDM_MEASUREMENTS_ALL,
  SPDM_MEASUREMENTS_COUNT,
  SPDM_NONCE_SIZE,
  SPDM_REQUESTER_CONTEXT_SIZE,
  SPDM_VERSION_11,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import {
  decodeMeasurements,
  encodeGetMeasurements,
  sameBytes,
  type MeasurementBlock,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { exchangeMessages, needCapability, type Conversation } from '../connection/index.js';
import { checkSignature } from './freshness.js';
import type { DeviceIdentity } from './identity.js';
import type { SeenNonces } from './seen-nonces.js';

/** Which measurements are asked for. */
export interface MeasurementWishes {
  /** All of them (the default), how many there are, or the one of an index, 1 .. 254. */
  readonly which?: 'all' | 'count' | number;
  /** Whoever has to have signed them; without one they are not signed. */
  readonly signer?: DeviceIdentity;
  /** Values as they are rather than hashes, as far as the device gives them away. */
  readonly raw?: boolean;
}

/** What a device has said of its measurements. */
export interface MeasurementAnswer {
  /** How many there are in all; only for `count`. */
  readonly count: number | undefined;
  /** None for `count`. */
  readonly blocks: readonly MeasurementBlock[];
  /** SPDM_MEASUREMENTS_CHANGED …; from version 1.2 on. */
  readonly contentChanged: number;
  readonly opaque: Uint8Array;
  readonly isSigned: boolean;
}

/** One GET_MEASUREMENTS and its answer, which fits the question; its signature is not verified. */
async function exchange(
  conversation: Conversation,
  operation: number,
  { signer, raw = false }: MeasurementWishes,
  signal: AbortSignal | undefined,
) {
  const { context, random, transcripts } = conversation;
  const { version } = context;
  const sent = version >= SPDM_VERSION_13 ? random(SPDM_REQUESTER_CONTEXT_SIZE) : undefined;
  const slot = signer?.slot ?? 0;
  const request = encodeGetMeasurements({
    ...{ version, operation, raw, pending: false, slot },
    ...(signer && { nonce: random(SPDM_NONCE_SIZE) }),
    ...(sent && { context: sent }),
  });
  const bytes = await exchangeMessages(conversation, request, SPDM_MEASUREMENTS, signal);
  const { message } = decodeMeasurements(bytes, context, { signed: signer !== undefined });
  transcripts.noteMeasurements(request, bytes.subarray(0, message.signedLength));
  if (signer !== undefined && version >= SPDM_VERSION_11 && message.slot !== slot) {
    throw failure('doe.spdm-slot', { slot: message.slot, expected: slot });
  }
  checkIndexes(
    operation,
    message.blocks.map(({ index }) => index),
  );
  return { ...message, sent };
}

/**
 * GET_MEASUREMENTS. Signed ones cover also all unsigned ones since the last other request, but before version 1.2 nothing
 * of what was negotiated: that nobody has changed it, a challenge or a session shows.
 *
 * Source: DSP0274 1.3, GET_MEASUREMENTS request and MEASUREMENTS response messages.
 *
 * @throws MdevError EPROTONOSUPPORT `doe.spdm-capability`; EPROTO `doe.spdm-measurement-index`, `doe.spdm-slot`;
 *   EKEYREJECTED `doe.spdm-replayed`, `doe.spdm-signature`
 */
export async function getMeasurements(
  conversation: Conversation,
  wishes: MeasurementWishes,
  nonces: SeenNonces,
  signal?: AbortSignal,
): Promise<MeasurementAnswer> {
  const { context, flags, transcripts } = conversation;
  const { which = 'all', signer } = wishes;
  needCapability(flags, SPDM_CAP_MEAS, 'measurements');
  const operation = operationOf(which);
  const ask = () => exchange(conversation, operation, wishes, signal);
  if (signer !== undefined) {
    needCapability(flags, SPDM_CAP_MEAS_SIG, 'signed measurements');
    if (context.version < SPDM_VERSION_11 && signer.slot !== 0) {
      // The request has no slot yet: the key of slot 0 signs.
      throw failure('doe.spdm-capability', { what: `signatures of slot ${signer.slot}` });
    }
  }
  const { count, blocks, contentChanged, opaque, nonce, signature, sent, ...answer } = await ask();
  if (sent !== undefined && signer === undefined) {
    checkContext(sent, answer.context);
  }
  if (signer !== undefined && signature !== undefined) {
    await checkSignature(
      {
        ...{ use: 'measurements', nonce, signature },
        transcript: transcripts.takeMeasurements(),
        ...(sent && { context: { sent, repeated: answer.context } }),
      },
      { key: signer.key, nonces },
      context,
      async () => (await ask()).nonce,
    );
  }
  return {
    ...{ blocks, contentChanged, opaque },
    count: which === 'count' ? count : undefined,
    isSigned: signer !== undefined,
  };
}

function operationOf(which: 'all' | 'count' | number): number {
  if (which === 'all') {
    return SPDM_MEASUREMENTS_ALL;
  }
  if (which === 'count') {
    return SPDM_MEASUREMENTS_COUNT;
  }
  if (!Number.isInteger(which) || which <= 0 || which >= SPDM_MEASUREMENTS_ALL) {
    throw new RangeError(`a measurement has an index of 1 .. 254, not ${which}`);
  }
  return which;
}

function checkContext(sent: Uint8Array, repeated: Uint8Array | undefined): void {
  if (repeated === undefined || !sameBytes(sent, repeated)) {
    throw failure('doe.spdm-replayed', { use: 'measurements', why: 'another context' });
  }
}

function checkIndexes(operation: number, indexes: readonly number[]): void {
  const isAsked =
    operation === SPDM_MEASUREMENTS_COUNT
      ? indexes.length === 0
      : operation === SPDM_MEASUREMENTS_ALL || (indexes.length === 1 && indexes[0] === operation);
  if (!isAsked || new Set(indexes).size !== indexes.length) {
    throw failure('doe.spdm-measurement-index', { operation, indexes: indexes.join(' ') });
  }
}
