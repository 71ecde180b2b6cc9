import { expect } from 'chai';
import { describe, it } from 'mocha';
import { discoveryId } from '../../abi/object/index.js';
import { checkFeatures, doeLimits, type DoeFeatureSpec } from '../feature/index.js';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { ExchangeBench } from './exchange-bench.test-support.js';

const VENDOR = 0x1e98;

/** Of each index from 0 on, as `vendor:type`, until the next index is 0. */
function walk(bench: ExchangeBench): string[] {
  const found: string[] = [];
  let index = 0;
  do {
    const word = Buffer.from(bench.ask(discoveryId, [index, 2, 0, 0]).text, 'hex').readUInt32LE(0);
    found.push(`${(word & 0xffff).toString(16)}:${(word >>> 16) & 0xff}`);
    index = word >>> 24;
  } while (index !== 0);
  return found;
}

describe('discovery (PCI Express Base Specification 6.0, section 6.30.1.1)', () => {
  it('doe discovery built in: index 0 is 0001:00, the next index 0 after the last, three words always', () => {
    using bench = new ExchangeBench([new ScriptedFeature(VENDOR, 2), new ScriptedFeature(1, 1)]);
    expect(walk(bench)).to.deep.equal(['1:0', '1e98:2', '1:1']);
    expect(bench.ask(discoveryId, [0, 0, 0, 0]).text).to.equal('01000001');
    expect(bench.ask(discoveryId, [2, 2, 0, 0]).text).to.equal('01000100');
    using empty = new ExchangeBench([]);
    expect(walk(empty)).to.deep.equal(['1:0']);
  });

  it('doe discovery bad index: vendor FFFF, type FF, next index 0 (own rule for what is undefined)', () => {
    using bench = new ExchangeBench([new ScriptedFeature(VENDOR, 2)]);
    for (const index of [2, 3, 32, 255]) {
      expect(bench.ask(discoveryId, [index, 2, 0, 0]).text).to.equal('ffffff00');
    }
  });

  it('doe discovery request: any version, whatever is behind the index ignored, discarded without one', () => {
    using bench = new ExchangeBench([]);
    for (const version of [0, 1, 2, 3, 255]) {
      expect(bench.ask(discoveryId, [0, version, 0xff, 0xff]).text).to.equal('01000000');
    }
    expect(bench.ask(discoveryId, [0, 2, 0, 0, 9, 9, 9, 9]).text).to.equal('01000000');
    expect(bench.ask(discoveryId, []).text).to.equal('discard');
  });

  it('doe discovery most: 255 features beside discovery, as an index has 8 bits; 256 are refused', () => {
    const many = (count: number): DoeFeatureSpec[] =>
      Array.from({ length: count }, (_, n) => ({
        feature: new ScriptedFeature(VENDOR, n, true),
      }));
    using bench = new ExchangeBench(many(255));
    const found = walk(bench);
    expect([found.length, found.at(-1)]).to.deep.equal([256, '1e98:254']);
    expect(() => new ExchangeBench(many(256))).to.throw(RangeError, /at most 255/);
  });

  it('doe features refused: discovery itself, the same twice, and numbers that no header has room for', () => {
    const spec = (vendor: number, type: number): DoeFeatureSpec => ({
      feature: new ScriptedFeature(vendor, type),
    });
    expect(() => {
      checkFeatures([spec(1, 0)]);
    }).to.throw(RangeError, /0001:00/);
    expect(() => {
      checkFeatures([spec(VENDOR, 1), spec(VENDOR, 2), spec(VENDOR, 1)]);
    }).to.throw(RangeError, /1e98:01/);
    for (const [vendor, type] of [
      [-1, 0],
      [0x1_0000, 0],
      [1, 256],
      [1, 0.5],
      [NaN, 1],
    ] as const) {
      expect(() => {
        checkFeatures([spec(vendor, type)]);
      }).to.throw(RangeError, /16 bits/);
    }
  });

  it('doe limits: what cannot be is refused', () => {
    expect(doeLimits({ queued: 1 })).to.include({ queued: 1, responseMs: 1000 });
    for (const limits of [
      { responseMs: 0 },
      { grantMs: -1 },
      { abortMs: Infinity },
      { abortMs: NaN },
      { queued: 0 },
      { queued: 1.5 },
      { objectWords: 2 },
      { objectWords: 0x4_0001 },
    ]) {
      expect(() => doeLimits(limits)).to.throw(RangeError);
    }
  });
});
