import {
  SPDM_ALG_TYPE_AEAD,
  SPDM_ALG_TYPE_DHE,
  SPDM_ALG_TYPE_KEY_SCHEDULE,
  SPDM_ALGORITHMS,
  SPDM_CAP_KEY_EX,
  SPDM_CAP_MEAS,
  SPDM_CAPABILITIES,
  SPDM_KEY_SCHEDULE_SPDM,
  SPDM_MEAS_SPEC_DMTF,
  SPDM_OPAQUE_FORMAT_1,
  SPDM_VERSION,
  SPDM_VERSION_11,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import {
  algorithmsOf,
  decodeAlgorithms,
  decodeCapabilities,
  decodeVersion,
  encodeGetCapabilities,
  encodeGetVersion,
  encodeNegotiateAlgorithms,
  knownVersions,
  spdmVersions,
  Transcript,
  type Algorithms,
  type AlgorithmsMessage,
  type AlgorithmStruct,
  type NegotiateAlgorithms,
  type SpdmVersion,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { offeredBits, type AlgorithmPreferences, type OfferedBits } from './algorithm-names.js';
import type { Asker } from './asker.js';
import {
  checkCapabilities,
  SESSION_CAPABILITIES,
  type DeviceCapabilities,
} from './capabilities.js';

/** Time this side takes for cryptography: 2^20 microseconds, as long as a data object may take. */
const CT_EXPONENT = 20;

/** What a requester asks for. */
export interface NegotiationWishes {
  /**
   * Versions that may be used; every version by default. Whoever stands between both sides can cut off the newer ones
   * unseen, until something was signed over what was negotiated: name those from 1.2 on where no older device is expected.
   */
  readonly versions?: readonly SpdmVersion[];
  readonly algorithms?: AlgorithmPreferences;
  /** Whether sessions are offered; true by default. */
  readonly sessions?: boolean;
}

/** What was agreed on. */
export interface Negotiated {
  readonly version: SpdmVersion;
  readonly capabilities: DeviceCapabilities;
  readonly algorithms: Algorithms;
  /** The exact bytes of the six messages, which every signature is over. */
  readonly transcript: Uint8Array;
}

/**
 * GET_VERSION, GET_CAPABILITIES and NEGOTIATE_ALGORITHMS: resets the device's side of the connection and agrees on the
 * highest version that both have, and on algorithms.
 *
 * Source: DSP0274 1.3, sections of those messages.
 *
 * @throws MdevError EPROTONOSUPPORT `doe.spdm-no-version`; EPROTO `doe.spdm-capabilities`, `doe.spdm-not-offered`,
 *   `doe.spdm-algorithms`; what {@link Asker.ask} throws
 */
export async function negotiate(
  asker: Asker,
  messageBytes: number,
  wishes: NegotiationWishes,
  signal?: AbortSignal,
): Promise<Negotiated> {
  const transcript = new Transcript();
  const exchange = async <T>(
    request: Uint8Array,
    expected: number,
    decode: (answer: Uint8Array) => { readonly message: T; readonly length: number },
  ): Promise<T> => {
    const answer = await asker.ask(request, expected, signal);
    const { message, length } = decode(answer);
    transcript.append(request);
    transcript.append(answer.subarray(0, length));
    return message;
  };

  asker.requestSize = Number.POSITIVE_INFINITY;
  const listed = await exchange(encodeGetVersion(), SPDM_VERSION, decodeVersion);
  const wanted = wishes.versions ?? spdmVersions;
  const version = knownVersions(listed).find((known) => wanted.includes(known));
  if (version === undefined) {
    throw failure('doe.spdm-no-version', { offered: listed.versions.map(hex).join(' ') });
  }
  const flags = wishes.sessions === false ? 0 : SESSION_CAPABILITIES;
  const said = await exchange(
    encodeGetCapabilities({
      version,
      ctExponent: CT_EXPONENT,
      flags,
      dataTransferSize: messageBytes,
      maxMessageSize: messageBytes,
    }),
    SPDM_CAPABILITIES,
    decodeCapabilities,
  );
  const capabilities = checkCapabilities(version, said);
  asker.requestSize = capabilities.requestSize;
  const offer = offerOf(version, offeredBits(wishes.algorithms), sessionsOf(flags, capabilities));
  const selected = await exchange(encodeNegotiateAlgorithms(offer), SPDM_ALGORITHMS, (answer) =>
    decodeAlgorithms(answer, { version, algorithms: undefined }),
  );
  checkSelection(offer, selected, capabilities);
  return {
    version,
    capabilities,
    algorithms: algorithmsOf(selected),
    transcript: transcript.bytes(),
  };
}

function sessionsOf(flags: number, capabilities: DeviceCapabilities): boolean {
  return (flags & capabilities.flags & SPDM_CAP_KEY_EX) !== 0;
}

function offerOf(version: SpdmVersion, bits: OfferedBits, sessions: boolean): NegotiateAlgorithms {
  const structs: AlgorithmStruct[] = [];
  if (sessions && version >= SPDM_VERSION_11) {
    structs.push(
      { type: SPDM_ALG_TYPE_DHE, supported: bits.dhe, external: [] },
      { type: SPDM_ALG_TYPE_AEAD, supported: bits.aead, external: [] },
      { type: SPDM_ALG_TYPE_KEY_SCHEDULE, supported: SPDM_KEY_SCHEDULE_SPDM, external: [] },
    );
  }
  return {
    version,
    measurementSpec: SPDM_MEAS_SPEC_DMTF,
    otherParams: version >= SPDM_VERSION_12 ? SPDM_OPAQUE_FORMAT_1 : 0,
    baseAsym: bits.signature,
    baseHash: bits.hash,
    melSpec: 0,
    extAsym: [],
    extHash: [],
    structs,
  };
}

/** The device selects one of what was offered, and nothing else. Source: DSP0274 1.3, ALGORITHMS response message. */
function checkSelection(
  offer: NegotiateAlgorithms,
  selected: AlgorithmsMessage,
  { flags }: DeviceCapabilities,
): void {
  needOne('signature', offer.baseAsym, selected.baseAsym);
  needOne('hash', offer.baseHash, selected.baseHash);
  needNoMore('other parameters', offer.otherParams, selected.otherParams);
  needNoMore('extended signatures', 0, selected.extAsym.length);
  needNoMore('extended hashes', 0, selected.extHash.length);
  needNoMore('measurement log', offer.melSpec, selected.melSpec);
  if ((flags & SPDM_CAP_MEAS) !== 0) {
    needOne('measurement specification', offer.measurementSpec, selected.measurementSpec);
    needOne('measurement hash', 0xffff_ffff, selected.measurementHash);
  }
  for (const { type, supported, external } of selected.structs) {
    const offered = offer.structs.find((struct) => struct.type === type);
    needNoMore(`structure ${type}`, 0, external.length);
    if (supported !== 0) {
      needOne(`structure ${type}`, offered?.supported ?? 0, supported);
    }
  }
}

function needOne(what: string, offered: number, selected: number): void {
  const isOneBit = selected !== 0 && (selected & (selected - 1)) === 0;
  if (!isOneBit || (offered & selected) === 0) {
    throw failure('doe.spdm-not-offered', { what, offered, selected });
  }
}

function needNoMore(what: string, offered: number, selected: number): void {
  if ((selected & ~offered) !== 0) {
    throw failure('doe.spdm-not-offered', { what, offered, selected });
  }
}

function hex(entry: number): string {
  return entry.toString(16).padStart(4, '0');
}
