import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cpioArchive, file, folder, foldersOf, type CpioEntry } from './cpio.js';

/** Reads an archive by the description of its format, without what the writer knows. */
function parse(archive: Buffer): CpioEntry[] {
  const entries: CpioEntry[] = [];
  const inodes = new Set<number>();
  for (let at = 0; ;) {
    const field = (index: number): number =>
      parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    expect(archive.toString('latin1', at, at + 6)).to.equal('070701');
    expect(at % 4, 'a header on a multiple of four').to.equal(0);
    const nameEnd = at + 110 + field(11);
    expect(archive[nameEnd - 1], 'a zero after the name').to.equal(0);
    const path = archive.toString('utf8', at + 110, nameEnd - 1);
    const start = Math.ceil(nameEnd / 4) * 4;
    const end = start + field(6);
    if (path === 'TRAILER!!!') {
      expect(Math.ceil(end / 4) * 4).to.equal(archive.length);
      return entries;
    }
    expect(inodes.has(field(0)), 'an inode of its own: else they are hard links').to.equal(false);
    inodes.add(field(0));
    entries.push({ path, mode: field(1), data: Uint8Array.from(archive.subarray(start, end)) });
    at = Math.ceil(end / 4) * 4;
  }
}

describe('cpioArchive (Linux Documentation/driver-api/early-userspace/buffer-format.rst)', () => {
  it('writes what a reader of the format finds again', () => {
    const entry = fc.record({
      path: fc
        .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
        .filter((path) => !path.includes('\0') && path !== 'TRAILER!!!'),
      permissions: fc.integer({ min: 0, max: 0o7777 }),
      data: fc.uint8Array({ maxLength: 70 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (made) => {
        const entries = made.map(({ path, data, permissions }) => file(path, data, permissions));
        expect(parse(cpioArchive(entries))).to.deep.equal(entries);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it('writes the type into the mode', () => {
    const [first, second] = parse(
      cpioArchive([folder('bin'), file('bin/sh', Buffer.of(1), 0o755)]),
    );
    expect(first?.mode).to.equal(0o040755);
    expect(second?.mode).to.equal(0o100755);
  });
});

describe('foldersOf', () => {
  it('names each folder once, and before what is in it', () => {
    const paths = foldersOf(['usr/bin/lspci', 'init', 'usr/share/misc/pci.ids', 'bin/sh']);
    expect(paths.map(({ path }) => path)).to.deep.equal([
      'bin',
      'usr',
      'usr/bin',
      'usr/share',
      'usr/share/misc',
    ]);
  });
});
