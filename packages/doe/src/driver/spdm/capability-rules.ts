import {
  SPDM_CAP_CERT,
  SPDM_CAP_CHAL,
  SPDM_CAP_ENCAP,
  SPDM_CAP_ENCRYPT,
  SPDM_CAP_EVENT,
  SPDM_CAP_HANDSHAKE_IN_THE_CLEAR,
  SPDM_CAP_HBEAT,
  SPDM_CAP_KEY_EX,
  SPDM_CAP_KEY_UPD,
  SPDM_CAP_MAC,
  SPDM_CAP_MULTI_KEY,
  SPDM_CAP_MUT_AUTH,
  SPDM_CAP_PSK,
  SPDM_CAP_PSK_OF_REQUESTER,
  SPDM_CAP_PUB_KEY_ID,
  SPDM_CAP_EP_INFO,
  SPDM_CAP_EP_INFO_SIG,
  SPDM_VERSION_11,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import type { SpdmVersion } from '../../abi/spdm/index.js';

const SECURED = SPDM_CAP_ENCRYPT | SPDM_CAP_MAC;
/** What there is no use for without sessions. */
const OF_SESSIONS = SECURED | SPDM_CAP_HANDSHAKE_IN_THE_CLEAR | SPDM_CAP_HBEAT | SPDM_CAP_KEY_UPD;

/**
 * Whether a requester's flags can all be true at once.
 *
 * Source: DSP0274 1.3, GET_CAPABILITIES request message, requester flag fields definitions.
 */
export function flagsAgree(flags: number, version: SpdmVersion): boolean {
  if (version < SPDM_VERSION_11) {
    return true;
  }
  return (
    sessionsAgree(flags, version) &&
    keysAgree(flags) &&
    (version !== SPDM_VERSION_11 || !has(flags, SPDM_CAP_MUT_AUTH) || has(flags, SPDM_CAP_ENCAP)) &&
    (version < SPDM_VERSION_13 || newFlagsAgree(flags))
  );
}

function sessionsAgree(flags: number, version: SpdmVersion): boolean {
  const psk = flags & SPDM_CAP_PSK;
  if (psk !== 0 && psk !== SPDM_CAP_PSK_OF_REQUESTER) {
    return false;
  }
  const exchange = has(flags, SPDM_CAP_KEY_EX);
  if (!exchange && has(flags, SPDM_CAP_HANDSHAKE_IN_THE_CLEAR)) {
    return false;
  }
  return exchange || psk !== 0
    ? (flags & SECURED) !== 0
    : (flags & OF_SESSIONS) === 0 && (version < SPDM_VERSION_13 || !has(flags, SPDM_CAP_EVENT));
}

function keysAgree(flags: number): boolean {
  const certificates = has(flags, SPDM_CAP_CERT);
  const publicKey = has(flags, SPDM_CAP_PUB_KEY_ID);
  const challenge = has(flags, SPDM_CAP_CHAL);
  return certificates || publicKey
    ? certificates !== publicKey && (challenge || has(flags, SPDM_CAP_KEY_EX))
    : !challenge && !has(flags, SPDM_CAP_MUT_AUTH);
}

/** Of two bits each, both set is reserved; information is signed with a key that is known; keys of several kinds are certified. */
function newFlagsAgree(flags: number): boolean {
  const info = flags & SPDM_CAP_EP_INFO;
  const keys = flags & SPDM_CAP_MULTI_KEY;
  return (
    info !== SPDM_CAP_EP_INFO &&
    (info !== SPDM_CAP_EP_INFO_SIG || has(flags, SPDM_CAP_CERT | SPDM_CAP_PUB_KEY_ID)) &&
    keys !== SPDM_CAP_MULTI_KEY &&
    (keys === 0 || !has(flags, SPDM_CAP_PUB_KEY_ID))
  );
}

function has(flags: number, bit: number): boolean {
  return (flags & bit) !== 0;
}
