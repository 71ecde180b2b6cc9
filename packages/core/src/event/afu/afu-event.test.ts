import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { outcome } from '../../errors/outcome.test-support.js';
import { decodeAfuEvent } from './afu-event.js';

function decode(hex: string): unknown {
  return outcome(() => decodeAfuEvent(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
}

describe('decodeAfuEvent (include/uapi/misc/cxl.h, struct cxl_event)', () => {
  it('cxl decode: each type becomes an event of its kind', () => {
    expect(decode('0100 1000 0700 0000 0000 0201 00000000')).to.deep.equal({
      processElement: 7,
      kind: 'interrupt',
      irq: 0x102,
    });
    expect(
      decode(
        `0200 2800 0700 0000 ${'00'.repeat(8)} 0100000000000080 0200000000000000 ${'00'.repeat(8)}`,
      ),
    ).to.deep.equal({ processElement: 7, kind: 'fault', address: 2n ** 63n + 1n, dsisr: 2n });
    expect(decode(`0300 1800 0700 0000 ${'00'.repeat(8)} ffffffffffffffff`)).to.deep.equal({
      processElement: 7,
      kind: 'error',
      error: 2n ** 64n - 1n,
    });
    const driver = decodeAfuEvent(Buffer.from('04000a00070000000102', 'hex'));
    expect(driver).to.deep.equal({
      processElement: 7,
      kind: 'driver',
      data: Uint8Array.of(1, 2),
    });
  });

  it('cxl decode: a type that is not known, and fields that are not, do no harm', () => {
    expect(decode('0500 0900 0700 0000 aa')).to.deep.equal({
      processElement: 7,
      kind: 'other',
      type: 5,
      data: Uint8Array.of(0xaa),
    });
    expect(decode('0100 1200 0700 0000 0000 0300 00000000 ffff')).to.deep.equal({
      processElement: 7,
      kind: 'interrupt',
      irq: 3,
    });
  });

  it('cxl decode: the data of a driver are a copy, so that the buffer can be read into again', () => {
    const bytes = Buffer.from('04000a00070000000102', 'hex');
    const event = decodeAfuEvent(bytes);
    bytes.fill(0xff);
    expect(event.kind === 'driver' && [...event.data]).to.deep.equal([1, 2]);
  });

  it('cxl decode: what is not one whole event is EPROTO', () => {
    const bad = [
      '',
      '0100 1000 0700 00',
      '0100 1000 0700 0000 0000 0201 000000', // cut
      '0100 0c00 0700 0000 0000 0201', // its body is longer
      '0400 0900 0700 0000 0102', // two bytes, says one
      '0400 0700 0700 0000', // shorter than its header
      `0200 1000 0700 0000 ${'00'.repeat(8)}`,
      `0300 1000 0700 0000 ${'00'.repeat(8)}`,
    ];
    expect(bad.map(decode)).to.deep.equal(bad.map(() => 'EPROTO afu.event-format'));
  });

  it('cxl decode: no bytes make it throw anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 48 }),
        fc.integer({ min: 0, max: 5 }),
        (bytes, type) => {
          if (bytes.length >= 4) {
            bytes.set([type, 0, bytes.length, 0]);
          }
          try {
            expect(decodeAfuEvent(bytes).kind).to.be.a('string');
          } catch (error) {
            expect(MdevError.is(error) && error.reason).to.equal('afu.event-format');
          }
        },
      ),
      { seed: 20261121, numRuns: 1000 },
    );
  });
});
