import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { RegionCapability } from '../contract.js';
import { packCapabilities } from './capability-chain.js';

const capability: fc.Arbitrary<RegionCapability> = fc.oneof(
  fc.constant({ kind: 'msix-mappable' as const }),
  fc.record({
    kind: fc.constant('type' as const),
    type: fc.nat(0xffff),
    subtype: fc.nat(0xffff),
  }),
  fc
    .array(fc.record({ offset: fc.nat(2 ** 31 - 1), size: fc.nat(2 ** 31 - 1) }), { maxLength: 5 })
    .map((areas) => ({ kind: 'sparse-mmap' as const, areas })),
);

/** Reads a chain back, as a client would. */
function unpack(chain: Uint8Array, base: number): RegionCapability[] {
  const view = new DataView(chain.buffer, chain.byteOffset, chain.byteLength);
  const found: RegionCapability[] = [];
  let at = chain.length === 0 ? 0 : base;
  while (at !== 0) {
    const start = at - base;
    const id = view.getUint16(start, true);
    if (id === 1) {
      const areas = Array.from({ length: view.getUint32(start + 8, true) }, (_, i) => ({
        offset: Number(view.getBigUint64(start + 16 + i * 16, true)),
        size: Number(view.getBigUint64(start + 24 + i * 16, true)),
      }));
      found.push({ kind: 'sparse-mmap', areas });
    } else if (id === 2) {
      const [type, subtype] = [view.getUint32(start + 8, true), view.getUint32(start + 12, true)];
      found.push({ kind: 'type', type, subtype });
    } else {
      expect(id).to.equal(3);
      found.push({ kind: 'msix-mappable' });
    }
    expect(view.getUint16(start + 2, true), 'version').to.equal(1);
    at = view.getUint32(start + 4, true);
  }
  return found;
}

describe('packCapabilities (include/uapi/linux/vfio.h, struct vfio_info_cap_header)', () => {
  it('chain offsets, MSI-X mappable: what a client walks is what was packed, wherever the chain stands', () => {
    fc.assert(
      fc.property(fc.array(capability, { maxLength: 6 }), fc.nat(8), (capabilities, base) => {
        const at = 32 + base * 8;
        const chain = packCapabilities(capabilities, at);
        expect(chain.length % 8).to.equal(0);
        expect(unpack(chain, at)).to.deep.equal(capabilities);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
