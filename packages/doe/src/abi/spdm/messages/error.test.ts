import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, filled, golden, hex, refused, run } from '../golden.test-support.js';
import {
  decodeError,
  decodeRespondIfReady,
  encodeError,
  encodeNotReady,
  encodeRespondIfReady,
  notReadyOf,
} from './index.js';

describe('spdm ERROR', () => {
  it('spdm abi error: code and data (DSP0274 1.2, ERROR)', () => {
    const bytes = hex('12 7f 07 e8');
    const message = { version: 0x12, code: 7, data: 0xe8, extended: hex('') };
    golden(bytes, message, encodeError(message), decodeError(bytes));
    expect(notReadyOf(message)).to.equal(undefined);
  });

  it('spdm abi error: of any version, as a responder without a negotiated one may say (DSP0274 1.2, ERROR)', () => {
    expect(decodeError(hex('ff 7f 41 00')).message.version).to.equal(0xff);
  });

  it('spdm abi error: a response that is not ready says when to ask again (DSP0274 1.2, ERROR, ResponseNotReady)', () => {
    const bytes = hex('12 7f 42 00 0e 83 05 02');
    const notReady = { exponent: 14, requestCode: 0x83, token: 5, multiplier: 2 };
    const extended = encodeNotReady(notReady);
    const message = { version: 0x12, code: 0x42, data: 0, extended };
    golden(bytes, message, encodeError(message), decodeError(bytes));
    expect(notReadyOf(message)).to.deep.equal(notReady);
    refused(() => decodeError(hex('12 7f 42 00')));
    refused(() => notReadyOf({ ...message, extended: hex('0e83') }));
  });

  it('spdm abi error: a response that is too large says how large (bug; DSP0274 1.2, ERROR, ResponseTooLarge)', () => {
    const message = { version: 0x12, code: 0x0d, data: 0, extended: hex('00000200') };
    const bytes = hex('127f0d00 00000200');
    expect(encodeError(message)).to.deep.equal(bytes);
    expect(decodeError(bytes)).to.deep.equal({ message, length: 8 });
  });

  it("spdm abi error: a vendor's error has at most 32 bytes of data, padding included (DSP0274 1.2, ERROR, ExtendedErrorData)", () => {
    const bytes = hex('12 7f ff 03', run(0x77, 32));
    const message = { version: 0x12, code: 0xff, data: 3, extended: filled(0x77, 32) };
    golden(bytes, message, encodeError(message), decodeError(bytes));
    refused(() => decodeError(hex('12 7f ff 03', run(0x77, 33))));
  });

  it('spdm abi error: other errors have no data behind them (DSP0274 1.2, ERROR)', () => {
    refused(() => decodeError(hex('12 7f 01 00 01')));
    refused(() => decodeError(hex('12 7f 01 00', run(0, 4))));
  });

  it('spdm abi respond if ready: repeats code and token (DSP0274 1.2, RESPOND_IF_READY)', () => {
    const bytes = hex('12 ff 83 05');
    const message = { version: 0x12, requestCode: 0x83, token: 5 } as const;
    const decoded = decodeRespondIfReady(bytes, agreed(0x12));
    golden(bytes, message, encodeRespondIfReady(message), decoded);
  });
});
