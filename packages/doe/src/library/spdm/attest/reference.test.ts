import { expect } from 'chai';
import { describe, it } from 'mocha';
import { hashAlgorithms, type MeasurementBlock } from '../../../abi/spdm/index.js';
import { sha256 } from '../device.test-support.js';
import { References, type ExpectedMeasurement } from './reference.js';

const [hash, sha384] = hashAlgorithms;

function isOk(
  value: Partial<MeasurementBlock>,
  expected: ExpectedMeasurement,
  measurementHash?: 'raw',
): boolean {
  const block = { index: 1, type: 1, raw: false, value: sha256('x'), ...value };
  const algorithms = { hash: sha384!, measurementHash: measurementHash ?? hash! };
  const [report] = new References({ 1: expected }).report([block], algorithms);
  return report!.ok;
}

const row = 'spdm attest reference';

describe('spdm reference values (own rule)', () => {
  it(`${row}: bytes or hexadecimal digits, compared with the value as it is (own rule)`, () => {
    const digest = sha256('x');
    expect(isOk({}, digest)).to.equal(true);
    expect(isOk({}, digest.toString('hex').toUpperCase())).to.equal(true);
    expect(isOk({}, digest.subarray(1))).to.equal(false);
    expect(isOk({}, '')).to.equal(false);
    expect(isOk({ value: Buffer.alloc(0) }, '')).to.equal(true);
  });

  it(`${row}: a hash fits the value itself too, and the value fits its hash (DSP0274 1.3, Measurement value type, bit 7)`, () => {
    const [raw, digest] = [Buffer.from('x'), sha256('x')];
    expect(isOk({}, { digest })).to.equal(true);
    expect(isOk({}, { raw })).to.equal(true);
    expect(isOk({ raw: true, value: raw }, { raw })).to.equal(true);
    expect(isOk({ raw: true, value: raw }, { digest })).to.equal(true);
    expect(isOk({ raw: true, value: raw }, { raw: digest })).to.equal(false);
    expect(isOk({ raw: true, value: digest }, { digest })).to.equal(false);
    expect(isOk({ raw: true, value: raw }, { digest }, 'raw')).to.equal(false);
  });

  it(`${row}: every measurement is reported, and what is missing (own rule)`, () => {
    const references = new References({ 1: '00', 7: 'abcd' }, true);
    const blocks = [
      { index: 1, type: 0, raw: true, value: Buffer.of(0) },
      { index: 2, type: 0x21, raw: true, value: Buffer.of(9) },
    ];
    expect(references.report(blocks, { hash: hash! })).to.deep.equal([
      { index: 1, type: 'rom', value: '00', expected: '00', ok: true },
      { index: 2, type: 'type-33', value: '09', ok: true },
      { index: 7, type: 'missing', value: '', expected: 'abcd', ok: false },
    ]);
  });
});
