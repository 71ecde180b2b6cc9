import { describe, it } from 'mocha';
import { golden, hex, refused } from '../golden.test-support.js';
import {
  decodeCapabilities,
  decodeGetCapabilities,
  encodeCapabilities,
  encodeGetCapabilities,
  type Capabilities,
} from './index.js';

describe('spdm GET_CAPABILITIES and CAPABILITIES', () => {
  it('spdm abi capabilities: the request of version 1.0 is four bytes (DSP0274 1.0, GET_CAPABILITIES)', () => {
    const bytes = hex('10 e1 00 00');
    const message: Capabilities = { version: 0x10, ctExponent: 0, flags: 0 };
    golden(bytes, message, encodeGetCapabilities(message), decodeGetCapabilities(bytes));
    refused(() => decodeGetCapabilities(hex('10 e1 00 00 00 00 00 00 00 00 00 00')));
  });

  it('spdm abi capabilities: the request of version 1.1 has a time and flags (DSP0274 1.1, GET_CAPABILITIES)', () => {
    const bytes = hex('11 e1 00 00 00 0e 0000 c6620000');
    const message: Capabilities = { version: 0x11, ctExponent: 14, flags: 0x62c6 };
    golden(bytes, message, encodeGetCapabilities(message), decodeGetCapabilities(bytes));
  });

  it('spdm abi capabilities: the request has sizes from version 1.2 on (DSP0274 1.2, GET_CAPABILITIES)', () => {
    const sizes = { dataTransferSize: 0x1200, maxMessageSize: 0x1_0203 };
    for (const version of [0x12, 0x13] as const) {
      const bytes = hex(version.toString(16), 'e1 00 00 00 14 0000 c6020200 00120000 03020100');
      const message = { version, ctExponent: 20, flags: 0x2_02c6, ...sizes };
      golden(bytes, message, encodeGetCapabilities(message), decodeGetCapabilities(bytes));
    }
  });

  it('spdm abi capabilities: the response has 12 bytes in version 1.0 already, and 20 from 1.2 on (DSP0274 1.0 and 1.2, CAPABILITIES)', () => {
    const old = hex('10 61 00 00 00 14 0000 36000000');
    const message: Capabilities = { version: 0x10, ctExponent: 20, flags: 0x36 };
    golden(old, message, encodeCapabilities(message), decodeCapabilities(old));
    const bytes = hex('12 61 00 00 00 14 0000 f6020000 2a000000 ffffffff');
    const sizes = { dataTransferSize: 42, maxMessageSize: 0xffffffff };
    const later: Capabilities = { version: 0x12, ctExponent: 20, flags: 0x2f6, ...sizes };
    golden(bytes, later, encodeCapabilities(later), decodeCapabilities(bytes));
  });
});
