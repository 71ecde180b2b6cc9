/**
 * Sessions: key exchange, keys and secured messages.
 *
 * Source: DSP0274 1.3, messages of sessions; DSP0277 1.1, Secured Messages using SPDM.
 */

/** KEY_EXCHANGE, session policy: the session ends when firmware is updated. */
export const SPDM_SESSION_POLICY_TERMINATE_ON_UPDATE = 0x01;
/** From version 1.3 on: all events are subscribed to. */
export const SPDM_SESSION_POLICY_ALL_EVENTS = 0x02;

/** KEY_EXCHANGE_RSP: how the requester has to authenticate itself. */
export const SPDM_MUT_AUTH_REQUESTED = 0x01;
export const SPDM_MUT_AUTH_WITH_ENCAP_REQUEST = 0x02;
export const SPDM_MUT_AUTH_WITH_GET_DIGESTS = 0x04;

/** FINISH, first parameter: a signature of the requester is there. */
export const SPDM_FINISH_SIGNATURE_INCLUDED = 0x01;

/** KEY_UPDATE, first parameter. */
export const SPDM_KEY_UPDATE_UPDATE_KEY = 1;
export const SPDM_KEY_UPDATE_UPDATE_ALL_KEYS = 2;
export const SPDM_KEY_UPDATE_VERIFY_NEW_KEY = 3;

/** END_SESSION, first parameter: the negotiated state goes with the session. */
export const SPDM_END_SESSION_CLEAR_NEGOTIATED_STATE = 0x01;

/** Versions of secured messages, as opaque data lists them. */
export const SPDM_SECURED_VERSION_10 = 0x1000;
export const SPDM_SECURED_VERSION_11 = 0x1100;
export const SPDM_SECURED_VERSION_12 = 0x1200;

/** Elements of the opaque data of KEY_EXCHANGE and of its response. */
export const SPDM_SECURED_OPAQUE_ID_DMTF = 0;
export const SPDM_SECURED_OPAQUE_ELEMENT_VERSION = 1;
export const SPDM_SECURED_OPAQUE_VERSION_SELECTION = 0;
export const SPDM_SECURED_OPAQUE_SUPPORTED_VERSIONS = 1;
/** First word of the opaque data of version 1.1: `DMTF`. */
export const SPDM_SECURED_OPAQUE_SPEC_ID = 0x444d5446;
