import { MdevError, type RegionCapability } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fields } from '../server/raw-client.test-support.js';
import { parseCapabilities } from './capability-chain.js';

const HEAD = 32;
const REGION = 0x10000;

/** A reply with capabilities one behind the other, as the kernel lays them out. */
function reply(...capabilities: readonly Uint8Array[]): DataView {
  return new DataView(fields(new Uint8Array(HEAD), ...capabilities).buffer);
}

/** `u16 id | u16 version | u32 next` and what follows. */
function capability(id: number, next: number, ...rest: readonly (number | bigint)[]): Uint8Array {
  return fields(id | (1 << 16), next, ...rest);
}

function sparse(next: number, areas: readonly (readonly [number, number])[]): Uint8Array {
  const list = areas.flatMap(([offset, size]) => [BigInt(offset), BigInt(size)]);
  return capability(1, next, areas.length, 0, ...list);
}

function problemOf(chain: DataView, first = HEAD): unknown {
  try {
    parseCapabilities(chain, first, REGION);
  } catch (error) {
    if (MdevError.is(error) && error.reason === 'vfio-user.bad-reply') {
      return error.details['problem'];
    }
    throw error;
  }
  return undefined;
}

describe('capability chain of a region (include/uapi/linux/vfio.h, struct vfio_info_cap_header)', () => {
  it('chain known: gives each known capability in the order of the chain and leaves out the others', () => {
    const chain = reply(
      sparse(HEAD + 48, [
        [0x1000, 0x1000],
        [0x4000, 0x2000],
      ]),
      capability(77, HEAD + 56),
      capability(2, HEAD + 72, 0x80001234, 5),
      capability(3, 0),
    );
    expect(parseCapabilities(chain, HEAD, REGION)).to.deep.equal([
      {
        kind: 'sparse-mmap',
        areas: [
          { offset: 0x1000, size: 0x1000 },
          { offset: 0x4000, size: 0x2000 },
        ],
      },
      { kind: 'type', type: 0x80001234, subtype: 5 },
      { kind: 'msix-mappable' },
    ] satisfies RegionCapability[]);
    expect(parseCapabilities(chain, 0, REGION)).to.deep.equal([]);
  });

  it('chain back: a chain may lead back to a capability that lies before, but not to one that it has met', () => {
    const back = reply(capability(3, 0), capability(77, HEAD));
    expect(parseCapabilities(back, HEAD + 8, REGION)).to.deep.equal([{ kind: 'msix-mappable' }]);
    expect(problemOf(reply(capability(3, HEAD)))).to.equal('capabilities overlap');
    expect(problemOf(reply(capability(3, HEAD + 8), capability(3, HEAD)))).to.equal(
      'capabilities overlap',
    );
    const inside = reply(sparse(HEAD + 16, [[0, 0x1000]]));
    expect(problemOf(inside)).to.equal('capabilities overlap');
  });

  it('chain inside: a capability lies inside the reply and behind its head', () => {
    const outside = 'a capability is not inside the reply';
    expect(problemOf(reply(capability(3, 0)), 8)).to.equal(outside);
    expect(problemOf(reply(capability(3, 0)), HEAD + 1)).to.equal(outside);
    expect(problemOf(reply(capability(3, 0xffff_fff8)))).to.equal(outside);
    expect(problemOf(reply(capability(2, 0, 1)))).to.equal(outside);
    expect(problemOf(reply(capability(1, 0)))).to.equal(outside);
  });

  it('chain areas: a count of areas that lies is refused before anything is made of it', () => {
    const lie = reply(capability(1, 0, 0xffff_ffff, 0, 0n, 0n));
    expect(problemOf(lie)).to.equal('a capability is not inside the reply');
  });

  it('chain areas: areas lie inside the region, and apart', () => {
    const outside = 'an area is not inside the region';
    expect(problemOf(reply(sparse(0, [[REGION, 1]])))).to.equal(outside);
    expect(problemOf(reply(sparse(0, [[0, REGION + 1]])))).to.equal(outside);
    const wrapped = capability(1, 0, 1, 0, 2n ** 64n - 4096n, 8192n);
    expect(problemOf(reply(wrapped))).to.equal(outside);
    const overlapping = sparse(0, [
      [0x2000, 0x1000],
      [0, 0x2001],
    ]);
    expect(problemOf(reply(overlapping))).to.equal('areas overlap');
  });

  it('ends, however long the chain is', () => {
    const links = Array.from({ length: 100 }, (_, i) => capability(77, HEAD + 8 * (i + 1)));
    expect(problemOf(reply(...links, capability(3, 0)))).to.equal('too many capabilities');
  });

  it('whatever the bytes are, it answers what lies inside the region or refuses (own rule: nothing else is thrown)', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 256 }),
        fc.nat({ max: 260 }),
        fc.array(fc.tuple(fc.nat({ max: 27 }), fc.integer({ min: 0, max: 3 })), { maxLength: 6 }),
        (bytes, first, heads) => {
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
          for (const [at, id] of heads) {
            if (at * 8 + 16 <= bytes.length) {
              view.setUint16(at * 8, id, true);
              view.setUint32(at * 8 + 4, (at * 8 + 16) % 256, true);
              view.setUint32(at * 8 + 8, id, true);
            }
          }
          let parsed: readonly RegionCapability[];
          try {
            parsed = parseCapabilities(view, first, REGION);
          } catch (error) {
            return MdevError.is(error) && error.reason === 'vfio-user.bad-reply';
          }
          return parsed.every(
            (each) =>
              each.kind !== 'sparse-mmap' ||
              each.areas.every(({ offset, size }) => offset + size <= REGION),
          );
        },
      ),
      { seed: 20261121, numRuns: 2000 },
    );
  });
});
