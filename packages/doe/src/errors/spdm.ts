import type { ReasonRow } from '@mdevkit/core';
import { spdmAnswerReasons } from './spdm-answers.js';
import { spdmRequesterReasons } from './spdm-requester.js';

/** Every reason of messages, and of the requester that checks them. */
export const spdmReasons = {
  // Messages and sessions
  'doe.spdm-malformed': {
    errno: 'EBADMSG',
    text: 'an SPDM message does not have the layout of its kind',
    source: 'DSP0274 1.3, section SPDM messages',
  },
  'doe.spdm-algorithms': {
    errno: 'EPROTONOSUPPORT',
    text: 'an algorithm was selected that is not known, or not one alone',
    source: 'DSP0274 1.3, ALGORITHMS',
  },
  'doe.spdm-chain': {
    errno: 'EBADMSG',
    text: 'what a slot holds is not a chain of certificates',
    source: 'DSP0274 1.3, section Certificates and certificate chains',
  },
  'doe.spdm-dhe': {
    errno: 'EBADMSG',
    text: 'the exchange data is not a point of the curve',
    source: 'DSP0274 1.3, KEY_EXCHANGE, ExchangeData',
  },
  'doe.spdm-record': {
    errno: 'EBADMSG',
    text: 'a secured message was not sealed with the keys of the session',
    source: 'DSP0277 1.1, section Secured Message format',
  },

  // The requester
  ...spdmRequesterReasons,
  ...spdmAnswerReasons,
} as const satisfies Record<string, ReasonRow>;
