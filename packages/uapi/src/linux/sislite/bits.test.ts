import { expect } from 'chai';
import { describe, it } from 'mocha';
import * as sislite from './index.js';

/** The values whose names begin so, in the order of their names. */
function named(pattern: RegExp): bigint[] {
  return Object.entries<unknown>(sislite)
    .filter(([name]) => pattern.test(name))
    .map(([, value]) => BigInt(value as bigint | number));
}

function union(bits: readonly bigint[]): bigint {
  return bits.reduce((all, bit) => all | bit, 0n);
}

function sum(bits: readonly bigint[]): bigint {
  return bits.reduce((all, bit) => all + bit, 0n);
}

/** Bits that do not overlap, which their sum shows, and together are `mask`. */
function expectBits(bits: readonly bigint[], count: number, mask: bigint): void {
  expect(bits).to.have.length(count);
  expect(sum(bits)).to.equal(mask);
  expect(union(bits)).to.equal(mask);
}

describe('bits of SISLite (drivers/scsi/cxlflash/sislite.h)', () => {
  it('of the interrupt status are those its mask lets through', () => {
    expectBits(named(/^SISL_ISTATUS_(?:PERM|TEMP)_ERR_/), 11, sislite.SISL_ISTATUS_UNMASK);
    expect(sislite.SISL_ISTATUS_MASK).to.equal(BigInt.asUintN(64, ~sislite.SISL_ISTATUS_UNMASK));
  });

  it('of the asynchronous status fill a byte for each port, ports in the order 1, 0, 3, 2', () => {
    for (const [place, port] of ['1', '0', '3', '2'].entries()) {
      const mask = 0xffn << BigInt(8 * place);
      expectBits(named(new RegExp(`^SISL_ASTATUS_FC${port}_`)), 8, mask);
    }
    expectBits(named(/^SISL_ASTATUS_FC/), 32, sislite.SISL_ASTATUS_UNMASK);
    expect(sislite.SISL_ASTATUS_MASK).to.equal(BigInt.asUintN(64, ~sislite.SISL_ASTATUS_UNMASK));
    expect([
      sislite.SISL_ASTATUS_FC1_LINK_UP,
      sislite.SISL_ASTATUS_FC0_LINK_DN,
      sislite.SISL_ASTATUS_FC3_LOGI_S,
      sislite.SISL_ASTATUS_FC2_OTHER,
    ]).to.deep.equal([1n, 0x200n, 0x4_0000n, 0x8000_0000n]);
  });

  it('of automatic retry are all there is', () => {
    expectBits(named(/^SISL_AFUCONF_AR_(?!ALL)/), 7, sislite.SISL_AFUCONF_AR_ALL);
  });

  it('of capabilities leave a gap between what the master and what a user may do', () => {
    expectBits(named(/^SISL_CTX_CAP_/), 8, 0xf000_0000_0000_000fn);
  });

  it('of the interface version: masks share nothing, and capabilities fit after their move', () => {
    expectBits(named(/^SISL_INTVER_(?:CAP|MAJ|MIN)_MASK$/), 3, 2n ** 64n - 1n);
    const caps = named(/^SISL_INTVER_CAP_(?!MASK|SHIFT)/);
    expectBits(caps, 7, 0xfe00_0000_0000n);
    const moved = sislite.SISL_INTVER_CAP_MASK >> BigInt(sislite.SISL_INTVER_CAP_SHIFT);
    expect(union(caps) & ~moved).to.equal(0n);
  });

  it('of the units of timeouts are two', () => {
    expect(union(named(/^SISL_REQ_FLAGS_TIMEOUT_/))).to.equal(0xc0n);
    expect(named(/^SISL_REQ_FLAGS_TIMEOUT_/).sort()).to.deep.equal(
      [0n, 0x80n, 0xc0n, 0x40n].sort(),
    );
  });

  it('of LUNs of its own leave the rest of the register alone', () => {
    expect(sislite.SISL_FC_INTERNAL_MASK).to.equal(
      BigInt.asUintN(64, ~sislite.SISL_FC_INTERNAL_UNMASK),
    );
    expect(3n << BigInt(sislite.SISL_FC_INTERNAL_SHIFT)).to.equal(sislite.SISL_FC_INTERNAL_UNMASK);
  });
});

describe('codes of SISLite (drivers/scsi/cxlflash/sislite.h)', () => {
  it('of Fibre Channel count from 0x52, in this order', () => {
    expect([
      sislite.SISL_FC_RC_ABORTPEND,
      sislite.SISL_FC_RC_WRABORTPEND,
      sislite.SISL_FC_RC_NOLOGI,
      sislite.SISL_FC_RC_NOEXP,
      sislite.SISL_FC_RC_INUSE,
      sislite.SISL_FC_RC_LINKDOWN,
      sislite.SISL_FC_RC_ABORTOK,
      sislite.SISL_FC_RC_ABORTFAIL,
      sislite.SISL_FC_RC_RESID,
      sislite.SISL_FC_RC_RESIDERR,
      sislite.SISL_FC_RC_TGTABORT,
    ]).to.deep.equal(Array.from({ length: 11 }, (_, i) => 0x52 + i));
  });

  it('of the AFU are alike for both tables, 0x10 apart, where both can go wrong', () => {
    const { SISL_AFU_RC_RHT_UNALIGNED: unaligned, SISL_AFU_RC_RHT_OUT_OF_BOUNDS: bounds } = sislite;
    const { SISL_AFU_RC_RHT_DMA_ERR: dma, SISL_AFU_RC_RHT_RW_PERM: perm } = sislite;
    expect([unaligned, bounds, dma, perm]).to.deep.equal([2, 3, 4, 5]);
    expect([
      sislite.SISL_AFU_RC_LXT_UNALIGNED,
      sislite.SISL_AFU_RC_LXT_OUT_OF_BOUNDS,
      sislite.SISL_AFU_RC_LXT_DMA_ERR,
      sislite.SISL_AFU_RC_LXT_RW_PERM,
    ]).to.deep.equal([0x12, 0x13, 0x14, 0x15]);
    expect(new Set(named(/^SISL_AFU_RC_/)).size).to.equal(14);
  });
});
