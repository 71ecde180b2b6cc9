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

  it('spdm abi capabilities: version 1.3 can ask for the supported algorithms, before that the bit means nothing (DSP0274 1.3, GET_CAPABILITIES, Param1) (bug; B8)', () => {
    const rest = '00 00 14 0000 06000200 2a000000 2a000000';
    const sizes = { dataTransferSize: 42, maxMessageSize: 42 };
    const bytes = hex('13 e1 01', rest);
    const message = { version: 0x13, ctExponent: 20, flags: 0x2_0006, ...sizes } as const;
    const asks = { ...message, algorithmsRequested: true };
    golden(bytes, asks, encodeGetCapabilities(asks), decodeGetCapabilities(bytes));
    golden(
      hex('13 e1 00', rest),
      message,
      encodeGetCapabilities(message),
      decodeGetCapabilities(hex('13 e1 fe', rest)),
    );
    const older = { ...message, version: 0x12 } as const;
    const bit = { ...older, algorithmsRequested: true };
    golden(
      hex('12 e1 00', rest),
      older,
      encodeGetCapabilities(bit),
      decodeGetCapabilities(hex('12 e1 01', rest)),
    );
  });
});
