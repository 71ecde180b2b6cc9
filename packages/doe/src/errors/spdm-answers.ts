import type { ReasonRow } from '@mdevkit/core';

const ERROR = 'DSP0274 1.3, ERROR response message';

/** Every ERROR with which a responder answers; errnos as lib/spdm/core.c of the SPDM library for Linux has them. */
export const spdmAnswerReasons = {
  'doe.spdm-error-invalid-request': {
    errno: 'EINVAL',
    text: 'the device says that the request is invalid',
    source: `${ERROR}, InvalidRequest`,
  },
  'doe.spdm-error-invalid-session': {
    errno: 'EINVAL',
    text: 'the device says that there is no such session',
    source: `${ERROR}, InvalidSession`,
  },
  'doe.spdm-error-busy': {
    errno: 'EBUSY',
    text: 'the device is busy, and stayed so',
    source: `${ERROR}, Busy`,
  },
  'doe.spdm-error-unexpected-request': {
    errno: 'EINVAL',
    text: 'the device says that it did not expect the request now',
    source: `${ERROR}, UnexpectedRequest`,
  },
  'doe.spdm-error-unspecified': {
    errno: 'EIO',
    text: 'the device gives an error without saying which',
    source: `${ERROR}, Unspecified`,
  },
  'doe.spdm-error-decrypt': {
    errno: 'EIO',
    text: 'the device could not open the secured message',
    source: `${ERROR}, DecryptError`,
  },
  'doe.spdm-error-unsupported': {
    errno: 'EOPNOTSUPP',
    text: 'the device does not support the request',
    source: `${ERROR}, UnsupportedRequest`,
  },
  'doe.spdm-error-in-flight': {
    errno: 'EINVAL',
    text: 'the device says that another request is in flight',
    source: `${ERROR}, RequestInFlight`,
  },
  'doe.spdm-error-response-code': {
    errno: 'EINVAL',
    text: 'the device says that the response code is invalid',
    source: `${ERROR}, InvalidResponseCode`,
  },
  'doe.spdm-error-session-limit': {
    errno: 'EBUSY',
    text: 'the device has no room for another session',
    source: `${ERROR}, SessionLimitExceeded`,
  },
  'doe.spdm-error-session-required': {
    errno: 'EINVAL',
    text: 'the device takes the request inside of a session only',
    source: `${ERROR}, SessionRequired`,
  },
  'doe.spdm-error-reset-required': {
    errno: 'ECONNRESET',
    text: 'the device has to be reset first',
    source: `${ERROR}, ResetRequired`,
  },
  'doe.spdm-error-response-too-large': {
    errno: 'EMSGSIZE',
    text: 'the answer would be larger than what this side takes',
    source: `${ERROR}, ResponseTooLarge`,
  },
  'doe.spdm-error-request-too-large': {
    errno: 'EMSGSIZE',
    text: 'the request is larger than what the device takes',
    source: `${ERROR}, RequestTooLarge`,
  },
  'doe.spdm-error-large-response': {
    errno: 'EMSGSIZE',
    text: 'the answer comes in chunks, which were not negotiated',
    source: `${ERROR}, LargeResponse`,
  },
  'doe.spdm-error-message-lost': {
    errno: 'EIO',
    text: 'the device has lost a part of the message',
    source: `${ERROR}, MessageLost`,
  },
  'doe.spdm-error-invalid-policy': {
    errno: 'EINVAL',
    text: 'the device does not take the policy of the session',
    source: `${ERROR}, InvalidPolicy`,
  },
  'doe.spdm-error-version-mismatch': {
    errno: 'EINVAL',
    text: 'the device says that the request has another version than was negotiated',
    source: `${ERROR}, VersionMismatch`,
  },
  'doe.spdm-error-not-ready': {
    errno: 'EINPROGRESS',
    text: 'the device was not ready with its answer in time',
    source: `${ERROR}, ResponseNotReady`,
  },
  'doe.spdm-error-resynch': {
    errno: 'ECONNRESET',
    text: 'the device has forgotten what was negotiated',
    source: `${ERROR}, RequestResynch`,
  },
  'doe.spdm-error-operation-failed': {
    errno: 'EIO',
    text: 'the operation failed in the device',
    source: `${ERROR}, OperationFailed`,
  },
  'doe.spdm-error-no-pending-requests': {
    errno: 'ENOENT',
    text: 'the device says that it has no request of its own',
    source: `${ERROR}, NoPendingRequests`,
  },
  'doe.spdm-error-vendor': {
    errno: 'EIO',
    text: 'the device gives an error of another standard',
    source: `${ERROR}, VendorDefined`,
  },
  'doe.spdm-error-unknown': {
    errno: 'EPROTO',
    text: 'the device gives an error code that is reserved',
    source: `${ERROR}, error codes`,
  },
} as const satisfies Record<string, ReasonRow>;
