import { PCI_EXT_CAP_ID_DOE, pciExtCapHeader } from '@mdevkit/uapi';
import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { ConfigAccess } from './config-access.js';
import { findDoeCapabilities } from './find-capabilities.js';
import { failure } from '../../errors/index.js';

/** Config space with these words, and zeros. Counts the reads; writes are none of its business. */
class Words implements ConfigAccess {
  reads = 0;
  readonly #words: ReadonlyMap<number, number>;
  readonly #rest: number;

  constructor(words: Readonly<Record<number, number>>, rest = 0) {
    this.#words = new Map(Object.entries(words).map(([at, word]) => [Number(at), word]));
    this.#rest = rest;
  }

  read32(offset: number): number {
    this.reads++;
    return this.#words.get(offset) ?? this.#rest;
  }

  write32(): never {
    throw new Error('nobody writes here');
  }
}

const doe = (version: number, next: number): number =>
  pciExtCapHeader({ id: PCI_EXT_CAP_ID_DOE, version, next });

describe('findDoeCapabilities', () => {
  it('doe §2 discovery capabilities: every one in the order of the list, with version and Interrupt Message Number (PCI Express Base Specification 6.0, section 7.9.24)', async () => {
    const config = new Words({
      0x100: pciExtCapHeader({ id: 3, version: 1, next: 0x200 }),
      0x200: doe(2, 0x140),
      0x204: 0xfff,
      0x140: doe(1, 0xfe8),
      0x144: 0xffe,
      0xfe8: doe(1, 0),
      0xfec: 0xb,
    });
    expect(await findDoeCapabilities(config)).to.deep.equal([
      { at: 0x200, version: 2, message: 0x7ff },
      { at: 0x140, version: 1 },
      { at: 0xfe8, version: 1, message: 5 },
    ]);
  });

  it('doe §2 discovery hostile list: a loop, a pointer into the header or past the end, or no list at all ends it (drivers/pci/pci.h, PCI_FIND_NEXT_EXT_CAP)', async () => {
    const places = async (words: Record<number, number>): Promise<number[]> =>
      (await findDoeCapabilities(new Words(words))).map(({ at }) => at);
    expect(await places({ 0x100: doe(1, 0x100) })).to.deep.equal([0x100]);
    expect(await places({ 0x100: doe(1, 0x200), 0x200: doe(1, 0x100) })).to.deep.equal([
      0x100, 0x200,
    ]);
    expect(await places({ 0x100: doe(1, 0x40) })).to.deep.equal([0x100]);
    expect(await places({ 0x100: doe(1, 0xfec), 0xfec: doe(1, 0) })).to.deep.equal([0x100]);
    expect(await places({ 0x100: doe(1, 0x200), 0x200: 0xffffffff, 0: 1 })).to.deep.equal([0x100]);
    expect(await places({})).to.deep.equal([]);
  });

  it('doe §2 discovery random list: ends after as many reads as there are words (drivers/pci/pci.h, PCI_FIND_NEXT_EXT_CAP)', async () => {
    const word = fc.oneof(
      fc.nat({ max: 0xffff_ffff }),
      fc.nat({ max: 0xfff }).map((next) => doe(1, next)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 960, maxLength: 960 }), async (words) => {
        const config = new Words(Object.fromEntries(words.map((w, i) => [0x100 + 4 * i, w])), 1);
        for (const { at } of await findDoeCapabilities(config)) {
          expect(at).to.be.within(0x100, 0xfe8);
        }
        expect(config.reads).to.be.at.most(2 * 960);
      }),
      { seed: 20261121, numRuns: 50 },
    );
  });

  it('doe §2 discovery no extended space: a config space of 256 bytes has no DOE Capability (bug; drivers/pci/pci.c, pci_find_next_ext_capability, cfg_size)', async () => {
    const ending = (reason: 'doe.config-end' | 'doe.config-hidden'): ConfigAccess => ({
      read32: (offset) => {
        if (offset >= 0x100) {
          throw failure(reason, { offset });
        }
        return 0x1af4;
      },
      write32: () => undefined,
    });
    expect(await findDoeCapabilities(ending('doe.config-end'))).to.deep.equal([]);
    const hidden = await findDoeCapabilities(ending('doe.config-hidden')).catch((e: unknown) => e);
    expect(MdevError.is(hidden) && hidden.reason).to.equal('doe.config-hidden');
  });

  it('doe §2 discovery gone: all ones are no list, and ENODEV if nobody answers at all (PCI Express Base Specification 6.0, section 2.3.2)', async () => {
    expect(await findDoeCapabilities(new Words({ 0: 0x1af4 }, 0xffffffff))).to.deep.equal([]);
    const error = await findDoeCapabilities(new Words({}, 0xffffffff)).catch((e: unknown) => e);
    expect(MdevError.is(error) && `${error.code} ${error.reason}`).to.equal(
      'ENODEV doe.device-gone',
    );
  });
});
