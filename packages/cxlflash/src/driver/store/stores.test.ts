import { mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { MdevError } from '@mdevkit/core';
import { MemoryStore, SparseFileStore, type BackingStore } from './index.js';

async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

/** Runs a test with a file that is gone afterwards. */
async function withFile(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mdevkit-flash-'));
  try {
    await run(join(folder, 'disk'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Make = (blocks: number, run: (store: BackingStore) => Promise<void>) => Promise<void>;

const kinds: readonly [name: string, make: Make][] = [
  ['memory', (blocks, run) => run(new MemoryStore({ blocks, blockSize: 512 }))],
  [
    'sparse file',
    (blocks, run) =>
      withFile(async (path) => {
        await using store = await SparseFileStore.open(path, { blocks, blockSize: 512 });
        await run(store);
      }),
  ],
];

for (const [name, make] of kinds) {
  describe(`backing store: ${name} (own rule: what a disk is made of)`, () => {
    it('cxlflash store contents: as a plain array of bytes, for any reads, writes and sizes', async () => {
      const command = fc.record({
        kind: fc.constantFrom('read', 'write', 'resize'),
        lba: fc.nat(300),
        blocks: fc.integer({ min: 1, max: 200 }),
        seed: fc.nat(255),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 20 }), async (commands) => {
          await make(256, async (store) => {
            let model = new Uint8Array(256 * 512);
            for (const { kind, lba, blocks, seed } of commands) {
              const bytes = new Uint8Array(blocks * 512).fill(seed);
              const start = lba * 512;
              const isInside = start + bytes.length <= model.length;
              if (kind === 'resize') {
                await store.resize?.(blocks);
                const next = new Uint8Array(blocks * 512);
                next.set(model.subarray(0, next.length));
                model = next;
              } else if (!isInside) {
                const call = (): unknown =>
                  kind === 'read' ? store.read(lba, bytes) : store.write(lba, bytes);
                expect(await refusal(call)).to.equal('EINVAL cxlflash.store-range');
              } else if (kind === 'write') {
                await store.write(lba, bytes);
                model.set(bytes, start);
              } else {
                await store.read(lba, bytes);
                const expected = model.subarray(start, start + bytes.length);
                expect(Buffer.compare(bytes, expected)).to.equal(0);
              }
            }
            expect(store.blocks).to.equal(model.length / 512);
          });
        }),
        { seed: 20261121, numRuns: 30 },
      );
    });

    it('cxlflash store range: only whole blocks that it has', async () => {
      await make(4, async (store) => {
        for (const [lba, length] of [
          [0, 100],
          [4, 512],
          [-1, 512],
          [0.5, 512],
          [2 ** 53, 512],
        ] as const) {
          const call = (): unknown => store.read(lba, new Uint8Array(length));
          expect(await refusal(call)).to.equal('EINVAL cxlflash.store-range');
        }
      });
    });

    it('cxlflash store resize: whoever listens is told', async () => {
      await make(4, async (store) => {
        const seen: number[] = [];
        const subscription = store.onResize?.(() => seen.push(store.blocks));
        await store.resize?.(9);
        subscription?.[Symbol.dispose]();
        await store.resize?.(3);
        expect(seen).to.deep.equal([9]);
        expect(await refusal(() => store.resize?.(0))).to.match(/^RangeError/);
      });
    });
  });
}

describe('backing store: shapes', () => {
  it('cxlflash store shape: a block is a power of two of 512 .. 65536 bytes, and there is one at least', () => {
    for (const shape of [
      { blocks: 0 },
      { blocks: 1.5 },
      { blocks: 2 ** 53 },
      { blocks: 4, blockSize: 256 },
      { blocks: 4, blockSize: 1000 },
      { blocks: 4, blockSize: 131_072 },
    ]) {
      expect(() => new MemoryStore(shape)).to.throw(RangeError);
    }
  });

  it('cxlflash store sparse: memory that was never written is not allocated', async () => {
    const store = new MemoryStore({ blocks: 2 ** 30 });
    const block = new Uint8Array(4096).fill(1);
    await store.read(2 ** 30 - 1, block);
    expect(block.every((byte) => byte === 0)).to.equal(true);
    expect(store.allocated).to.equal(0);
    await store.write(2 ** 30 - 1, block.fill(1));
    expect(store.allocated).to.equal(65_536);
  });

  it('cxlflash store file: has holes, keeps its contents, and is as long as its disk', async () => {
    await withFile(async (path) => {
      {
        await using store = await SparseFileStore.open(path, { blocks: 4096 });
        await store.write(4000, new Uint8Array(4096).fill(3));
        await store.flush();
      }
      const { size, blocks } = await stat(path);
      expect(size).to.equal(4096 * 4096);
      expect(blocks * 512).to.be.lessThan(size / 4);
      await using store = await SparseFileStore.open(path);
      expect(store.blocks).to.equal(4096);
      const block = new Uint8Array(4096);
      await store.read(4000, block);
      expect(block.every((byte) => byte === 3)).to.equal(true);
      // Somebody else cuts the file: what is not there reads as zero.
      await truncate(path, 4096);
      await store.read(4000, block);
      expect(block.every((byte) => byte === 0)).to.equal(true);
    });
  });

  it('cxlflash store file: one that cannot be opened, or has no block, is refused and leaves nothing open', async () => {
    await withFile(async (path) => {
      expect(await refusal(() => SparseFileStore.open(`${path}/nothing`))).to.match(/ENOENT/);
      expect(await refusal(() => SparseFileStore.open(path))).to.match(/^RangeError/);
    });
  });

  it('cxlflash store closed: everything is EBADF, and closing twice is fine', async () => {
    await withFile(async (path) => {
      const store = await SparseFileStore.open(path, { blocks: 4 });
      await store.close();
      await store.close();
      const block = new Uint8Array(4096);
      for (const call of [
        () => store.read(0, block),
        () => store.write(0, block),
        () => store.flush(),
        () => store.resize(3),
      ]) {
        expect(await refusal(call)).to.equal('EBADF cxlflash.store-closed');
      }
    });
  });
});
