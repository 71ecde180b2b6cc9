import { Region } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigTrace, doeAccesses } from './config-trace.js';

/** A region of registers that keep what is written. */
function plainConfig(): Region {
  const bytes = new Uint8Array(0x1000);
  const handler = {
    read: (offset: number, data: DataView, at: number, length: number): number => {
      bytes.subarray(offset, offset + length).forEach((byte, i) => data.setUint8(at + i, byte));
      return length;
    },
    write: (offset: number, data: DataView, at: number, length: number): number => {
      for (let i = 0; i < length; i += 1) {
        bytes[offset + i] = data.getUint8(at + i);
      }
      return length;
    },
    reset: (): void => {
      bytes.fill(0);
    },
  };
  const range = { kind: 'trapped', offset: 0, size: bytes.length, handler, split: 'none' } as const;
  return new Region({ name: 'config', size: bytes.length, bounds: 'fault', ranges: [range] });
}

describe('ConfigTrace (own rule)', () => {
  it('notes words, in their order, and passes all accesses on', async () => {
    const trace = new ConfigTrace();
    const region = trace.of(plainConfig());
    const data = new DataView(new ArrayBuffer(4));
    data.setUint32(0, 0x8000_0001, true);
    await region.write(0x148, data, 0, 4);
    await region.read(0x148, data, 0, 1);
    data.setUint32(0, 0);
    await region.read(0x148, data, 0, 4);
    expect(data.getUint32(0, true)).to.equal(0x8000_0001);
    expect(trace.take()).to.deep.equal(['W148=80000001', 'R148=80000001']);
    expect(trace.take()).to.deep.equal([]);
    region.reset();
    await region.read(0x148, data, 0, 4);
    expect(trace.take()).to.deep.equal(['R148=00000000']);
  });

  it('tells when enough lines have come', async () => {
    const trace = new ConfigTrace();
    const region = trace.of(plainConfig());
    const data = new DataView(new ArrayBuffer(4));
    let told = false;
    const second = trace.until(/^R14c=/, 2).then(() => (told = true));
    await region.read(0x14c, data, 0, 4);
    await region.read(0x148, data, 0, 4);
    expect(told).to.equal(false);
    await region.read(0x14c, data, 0, 4);
    expect(await second).to.equal(true);
  });
});

describe('doeAccesses (PCI Express Base Specification 6.0, section 7.9.24)', () => {
  it('keeps the registers that are not constant, by their offsets in the capability', () => {
    const trace = [
      'R140=0000002e',
      'R144=00000001',
      'W148=1',
      'R14c=2',
      'W150=3',
      'R154=4',
      'R158=5',
    ];
    expect(doeAccesses(trace, 0x140)).to.deep.equal(['W08=1', 'R0c=2', 'W10=3', 'R14=4']);
  });
});
