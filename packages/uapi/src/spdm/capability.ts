/**
 * What a side can do: the flags of GET_CAPABILITIES and CAPABILITIES. Requester and responder use
 * the same bit for the same thing, unless said otherwise.
 *
 * Source: DSP0274 1.3, GET_CAPABILITIES request and CAPABILITIES response messages.
 */

/** Responder only: it caches the negotiated state over a reset. */
export const SPDM_CAP_CACHE = 0x00000001;
export const SPDM_CAP_CERT = 0x00000002;
export const SPDM_CAP_CHAL = 0x00000004;
/** Responder only: measurements, of two bits: without or with signatures. */
export const SPDM_CAP_MEAS = 0x00000018;
export const SPDM_CAP_MEAS_NO_SIG = 0x00000008;
export const SPDM_CAP_MEAS_SIG = 0x00000010;
export const SPDM_CAP_MEAS_FRESH = 0x00000020;
/** From version 1.1 on. */
export const SPDM_CAP_ENCRYPT = 0x00000040;
export const SPDM_CAP_MAC = 0x00000080;
export const SPDM_CAP_MUT_AUTH = 0x00000100;
export const SPDM_CAP_KEY_EX = 0x00000200;
/** Two bits: without or with a context of the responder. */
export const SPDM_CAP_PSK = 0x00000c00;
/** Of a requester, the only value that is not reserved. */
export const SPDM_CAP_PSK_OF_REQUESTER = 0x00000400;
export const SPDM_CAP_ENCAP = 0x00001000;
export const SPDM_CAP_HBEAT = 0x00002000;
export const SPDM_CAP_KEY_UPD = 0x00004000;
export const SPDM_CAP_HANDSHAKE_IN_THE_CLEAR = 0x00008000;
export const SPDM_CAP_PUB_KEY_ID = 0x00010000;
/** From version 1.2 on. */
export const SPDM_CAP_CHUNK = 0x00020000;
export const SPDM_CAP_ALIAS_CERT = 0x00040000;
export const SPDM_CAP_SET_CERT = 0x00080000;
export const SPDM_CAP_CSR = 0x00100000;
export const SPDM_CAP_CERT_INSTALL_RESET = 0x00200000;
/** From version 1.3 on; of the requester, two bits: without or with signatures. */
export const SPDM_CAP_REQ_EP_INFO = 0x00c00000;
/** From version 1.3 on; of the responder, two bits: without or with signatures. */
export const SPDM_CAP_EP_INFO = 0x00c00000;
export const SPDM_CAP_EP_INFO_NO_SIG = 0x00400000;
export const SPDM_CAP_EP_INFO_SIG = 0x00800000;
export const SPDM_CAP_MEL = 0x01000000;
export const SPDM_CAP_EVENT = 0x02000000;
/** Two bits: always, or if both sides want it. */
export const SPDM_CAP_MULTI_KEY = 0x0c000000;
export const SPDM_CAP_GET_KEY_PAIR_INFO = 0x10000000;
export const SPDM_CAP_SET_KEY_PAIR_INFO = 0x20000000;

/** GET_CAPABILITIES, first parameter: the block of supported algorithms is asked for (from version 1.3 on, with chunks). */
export const SPDM_GET_CAPABILITIES_SUPPORTED_ALGORITHMS = 0x01;

/** The least data transfer size of a side, bytes. */
export const SPDM_MIN_DATA_TRANSFER_SIZE = 42;

/** The greatest exponent of a cryptographic timeout: 2^n microseconds. */
export const SPDM_MAX_CT_EXPONENT = 31;
