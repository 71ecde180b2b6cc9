import type { ReasonRow } from '@mdevkit/core';

const SPDM = 'DSP0274 1.3';

/** Every reason of the SPDM requester, besides those of messages and of ERROR. */
export const spdmRequesterReasons = {
  // Connection
  'doe.spdm-no-version': {
    errno: 'EPROTONOSUPPORT',
    text: 'the device speaks no version that is asked for',
    source: `${SPDM}, VERSION response message`,
  },
  'doe.spdm-version-byte': {
    errno: 'EPROTO',
    text: 'the message has another version than was negotiated',
    source: `${SPDM}, section Generic SPDM message format`,
  },
  'doe.spdm-unexpected-response': {
    errno: 'EPROTO',
    text: 'the message is no answer to the request',
    source: `${SPDM}, section SPDM messages`,
  },
  'doe.spdm-oversized': {
    errno: 'EMSGSIZE',
    text: 'the message is larger than this side said it takes',
    source: `${SPDM}, GET_CAPABILITIES request message, DataTransferSize`,
  },
  'doe.spdm-request-size': {
    errno: 'EMSGSIZE',
    text: 'the request is larger than the device said it takes',
    source: `${SPDM}, CAPABILITIES response message, DataTransferSize`,
  },
  'doe.spdm-capabilities': {
    errno: 'EPROTO',
    text: 'the capabilities of the device contradict each other',
    source: `${SPDM}, CAPABILITIES response message`,
  },
  'doe.spdm-capability': {
    errno: 'EPROTONOSUPPORT',
    text: 'the device does not have the capability that is needed',
    source: `${SPDM}, CAPABILITIES response message, flags`,
  },
  'doe.spdm-not-offered': {
    errno: 'EPROTO',
    text: 'the device selects an algorithm that was not offered, or none',
    source: `${SPDM}, ALGORITHMS response message`,
  },
  'doe.spdm-cancelled': {
    errno: 'ECANCELED',
    text: 'the caller waits no longer',
    source: 'own rule',
  },
  'doe.spdm-time-limit': {
    errno: 'ETIMEDOUT',
    text: 'the device takes longer for all that was asked than it may',
    source: 'own rule',
  },
  'doe.spdm-transport': {
    errno: 'EIO',
    text: 'the way to the device failed',
    source: 'own rule',
  },
  // Slots and chains
  'doe.spdm-slot': {
    errno: 'EPROTO',
    text: 'the answer is about another slot than was asked for',
    source: `${SPDM}, section Certificates and certificate chains`,
  },
  'doe.spdm-slot-empty': {
    errno: 'ENOENT',
    text: 'the slot has no certificate chain',
    source: `${SPDM}, DIGESTS response message`,
  },
  'doe.spdm-chain-portion': {
    errno: 'EPROTO',
    text: 'a portion of the certificate chain does not fit the others, or is longer than was asked for',
    source: `${SPDM}, CERTIFICATE response message`,
  },
  'doe.spdm-chain-truncated': {
    errno: 'EKEYREJECTED',
    text: 'the certificate chain ends before its leaf does',
    source: `${SPDM}, Certificate chain format`,
  },
  'doe.spdm-chain-long': {
    errno: 'EKEYREJECTED',
    text: 'the chain has more certificates than are looked at',
    source: 'own rule',
  },
  'doe.spdm-digest': {
    errno: 'EKEYREJECTED',
    text: 'the digest of the certificate chain is not that of the chain',
    source: `${SPDM}, DIGESTS response message`,
  },
  'doe.spdm-certificate': {
    errno: 'EBADMSG',
    text: 'a certificate cannot be read',
    source: 'RFC 5280, section 4.1',
  },
  'doe.spdm-untrusted': {
    errno: 'ENOKEY',
    text: 'the chain does not come from a root that is trusted',
    source: 'RFC 5280, section 6.1',
  },
  'doe.spdm-root-hash': {
    errno: 'EKEYREJECTED',
    text: 'the root hash in the chain is not that of the root it begins with',
    source: `${SPDM}, Certificate chain format`,
  },
  'doe.spdm-chain-issuer': {
    errno: 'EKEYREJECTED',
    text: 'a certificate was not issued by the one before it',
    source: 'RFC 5280, section 6.1.3',
  },
  'doe.spdm-chain-signature': {
    errno: 'EKEYREJECTED',
    text: 'the signature of a certificate is wrong',
    source: 'RFC 5280, section 6.1.3',
  },
  'doe.spdm-weak-signature': {
    errno: 'EKEYREJECTED',
    text: 'a certificate is signed in a way that is broken, or not known',
    source: 'RFC 9155, section 2; FIPS 186-5',
  },
  'doe.spdm-weak-key': {
    errno: 'EKEYREJECTED',
    text: 'an authority in the chain has a key that is too weak, or not known',
    source: 'NIST SP 800-131A revision 2, section 3; NIST SP 800-186',
  },
  'doe.spdm-not-yet-valid': {
    errno: 'EKEYREJECTED',
    text: 'a certificate is not valid yet',
    source: 'RFC 5280, section 4.1.2.5',
  },
  'doe.spdm-expired': {
    errno: 'EKEYEXPIRED',
    text: 'a certificate has expired',
    source: 'RFC 5280, section 4.1.2.5',
  },
  'doe.spdm-not-a-ca': {
    errno: 'EKEYREJECTED',
    text: 'an issuer in the chain is no certificate authority',
    source: 'RFC 5280, section 4.2.1.9',
  },
  'doe.spdm-path-length': {
    errno: 'EKEYREJECTED',
    text: 'more authorities follow than one of them allows',
    source: 'RFC 5280, section 4.2.1.9',
  },
  'doe.spdm-key-usage': {
    errno: 'EKEYREJECTED',
    text: 'a key is not for what it is used for',
    source: 'RFC 5280, section 4.2.1.3',
  },
  'doe.spdm-critical-extension': {
    errno: 'EKEYREJECTED',
    text: 'a certificate has a critical extension, or a restriction, that is not understood',
    source: 'RFC 5280, section 4.2',
  },
  'doe.spdm-key-type': {
    errno: 'EKEYREJECTED',
    text: 'the key of the leaf is not of the negotiated algorithm',
    source: `${SPDM}, ALGORITHMS response message, BaseAsymSel`,
  },
  'doe.spdm-device-name': {
    errno: 'EKEYREJECTED',
    text: 'the leaf is not of this function: its name differs from config space',
    source: 'PCI Express Base Specification 6.1, section 6.31.3',
  },
  // Challenge and measurements
  'doe.spdm-signature': {
    errno: 'EKEYREJECTED',
    text: 'the signature of the answer is wrong',
    source: `${SPDM}, section Signature generation and verification`,
  },
  'doe.spdm-replayed': {
    errno: 'EKEYREJECTED',
    text: 'the answer is one to an earlier request',
    source: `${SPDM}, CHALLENGE_AUTH response message, Nonce`,
  },
  'doe.spdm-summary': {
    errno: 'EKEYREJECTED',
    text: 'the summary of the measurements is not that of the measurements',
    source: `${SPDM}, CHALLENGE_AUTH response message, MeasurementSummaryHash`,
  },
  'doe.spdm-mutual': {
    errno: 'EPROTO',
    text: 'the device wants this side to authenticate itself, which was not offered',
    source: `${SPDM}, KEY_EXCHANGE_RSP response message, MutAuthRequested`,
  },
  'doe.spdm-measurement-index': {
    errno: 'EPROTO',
    text: 'the measurements are not those that were asked for, or one is there twice',
    source: `${SPDM}, MEASUREMENTS response message`,
  },
  'doe.spdm-measurement': {
    errno: 'EKEYREJECTED',
    text: 'a measurement has another value than is expected',
    source: 'own rule',
  },
  'doe.spdm-measurement-missing': {
    errno: 'EKEYREJECTED',
    text: 'a measurement that is expected is missing',
    source: 'own rule',
  },
  'doe.spdm-measurement-unlisted': {
    errno: 'EKEYREJECTED',
    text: 'the device has a measurement that is not expected',
    source: 'own rule',
  },
  'doe.spdm-unsigned': {
    errno: 'EKEYREJECTED',
    text: 'the measurements are not signed',
    source: 'own rule',
  },
  // Sessions
  'doe.spdm-secured-version': {
    errno: 'EPROTO',
    text: 'the device selects no version of secured messages that was offered',
    source: 'DSP0277 1.1, section Secured Message version selection',
  },
  'doe.spdm-hmac': {
    errno: 'EKEYREJECTED',
    text: 'the verify data of the device are wrong: its keys are others',
    source: `${SPDM}, KEY_EXCHANGE_RSP response message, ResponderVerifyData`,
  },
  'doe.spdm-heartbeat': {
    errno: 'EPROTO',
    text: 'the device gives a heartbeat period that was not negotiated',
    source: `${SPDM}, KEY_EXCHANGE_RSP response message, HeartbeatPeriod`,
  },
  'doe.spdm-key-update': {
    errno: 'EPROTO',
    text: 'the acknowledgement is of another key update',
    source: `${SPDM}, KEY_UPDATE_ACK response message`,
  },
  'doe.spdm-session-ended': {
    errno: 'ENOTCONN',
    text: 'the session has ended, or was given up after an error',
    source: `${SPDM}, END_SESSION request message`,
  },
} as const satisfies Record<string, ReasonRow>;
