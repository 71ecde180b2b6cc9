/**
 * Codes of SPDM messages: the second byte of each.
 *
 * Source: DSP0274 1.3, section SPDM messages (request and response codes).
 */

/** Versions of a message: the first byte of each. */
export const SPDM_VERSION_10 = 0x10;
export const SPDM_VERSION_11 = 0x11;
export const SPDM_VERSION_12 = 0x12;
export const SPDM_VERSION_13 = 0x13;

/** Requests. */
export const SPDM_GET_DIGESTS = 0x81;
export const SPDM_GET_CERTIFICATE = 0x82;
export const SPDM_CHALLENGE = 0x83;
export const SPDM_GET_VERSION = 0x84;
export const SPDM_GET_MEASUREMENTS = 0xe0;
export const SPDM_GET_CAPABILITIES = 0xe1;
export const SPDM_NEGOTIATE_ALGORITHMS = 0xe3;
export const SPDM_VENDOR_DEFINED_REQUEST = 0xfe;
export const SPDM_RESPOND_IF_READY = 0xff;

/** Requests, from version 1.1 on. */
export const SPDM_KEY_EXCHANGE = 0xe4;
export const SPDM_FINISH = 0xe5;
export const SPDM_PSK_EXCHANGE = 0xe6;
export const SPDM_PSK_FINISH = 0xe7;
export const SPDM_HEARTBEAT = 0xe8;
export const SPDM_KEY_UPDATE = 0xe9;
export const SPDM_GET_ENCAPSULATED_REQUEST = 0xea;
export const SPDM_DELIVER_ENCAPSULATED_RESPONSE = 0xeb;
export const SPDM_END_SESSION = 0xec;

/** Requests, from version 1.2 on. */
export const SPDM_GET_CSR = 0xed;
export const SPDM_SET_CERTIFICATE = 0xee;
export const SPDM_CHUNK_SEND = 0x85;
export const SPDM_CHUNK_GET = 0x86;

/** Responses. */
export const SPDM_DIGESTS = 0x01;
export const SPDM_CERTIFICATE = 0x02;
export const SPDM_CHALLENGE_AUTH = 0x03;
export const SPDM_VERSION = 0x04;
export const SPDM_MEASUREMENTS = 0x60;
export const SPDM_CAPABILITIES = 0x61;
export const SPDM_ALGORITHMS = 0x63;
export const SPDM_VENDOR_DEFINED_RESPONSE = 0x7e;
export const SPDM_ERROR = 0x7f;

/** Responses, from version 1.1 on. */
export const SPDM_KEY_EXCHANGE_RSP = 0x64;
export const SPDM_FINISH_RSP = 0x65;
export const SPDM_PSK_EXCHANGE_RSP = 0x66;
export const SPDM_PSK_FINISH_RSP = 0x67;
export const SPDM_HEARTBEAT_ACK = 0x68;
export const SPDM_KEY_UPDATE_ACK = 0x69;
export const SPDM_ENCAPSULATED_REQUEST = 0x6a;
export const SPDM_ENCAPSULATED_RESPONSE_ACK = 0x6b;
export const SPDM_END_SESSION_ACK = 0x6c;
