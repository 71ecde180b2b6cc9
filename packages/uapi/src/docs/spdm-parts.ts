import * as algorithm from '../spdm/algorithm.js';
import * as attestation from '../spdm/attestation.js';
import * as capability from '../spdm/capability.js';
import * as code from '../spdm/code.js';
import * as error from '../spdm/error.js';
import * as session from '../spdm/session.js';
import type { Part } from './part.js';

/** What devices say of themselves, and prove. */
export const SPDM_PARTS: readonly Part[] = [
  {
    title: 'SPDM',
    source: 'DSP0274 1.3, Security Protocol and Data Model; DSP0277 1.1 for secured messages',
    sections: [
      { title: 'Messages', exports: code },
      { title: 'Errors', exports: error },
      { title: 'Capabilities', exports: capability },
      { title: 'Algorithms', exports: algorithm },
      { title: 'Certificates, challenges and measurements', exports: attestation },
      { title: 'Sessions', exports: session },
    ],
  },
];
