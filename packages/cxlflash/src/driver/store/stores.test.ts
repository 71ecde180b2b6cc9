import { mkdtemp, open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { MdevError } from '@mdevkit/core';
import { settled } from '../../settled.test-support.js';
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

/** Has a call of every file wait until it is let go. */
class Gate implements Disposable {
  calls = 0;
  readonly #restore: () => void;
  readonly #waiting: (() => void)[] = [];

  private constructor(prototype: object, name: 'write' | 'truncate') {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') {
      throw new TypeError(`files have no ${name}`);
    }
    const gate = (file: unknown, args: readonly unknown[]): Promise<unknown> => {
      this.calls += 1;
      return new Promise((resolve) => {
        this.#waiting.push(() => {
          resolve(Reflect.apply(original, file, args));
        });
      });
    };
    const gated = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return gate(this, args);
    };
    Reflect.set(prototype, name, gated);
    this.#restore = () => {
      Reflect.set(prototype, name, original);
    };
  }

  static async of(path: string, name: 'write' | 'truncate'): Promise<Gate> {
    const file = await open(path, 'r');
    await file.close();
    return new Gate(Object.getPrototypeOf(file) as object, name);
  }

  /** Lets the first one go. */
  next(): void {
    this.#waiting.shift()?.();
  }

  [Symbol.dispose](): void {
    this.#restore();
    for (const go of this.#waiting.splice(0)) {
      go();
    }
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
    });
  });

  it('cxlflash store short: a file that somebody else has cut gave zeros as good data (drivers/block/loop.c, EIO)', async () => {
    await withFile(async (path) => {
      await using store = await SparseFileStore.open(path, { blocks: 4 });
      await truncate(path, 4096 + 100);
      const block = new Uint8Array(4096);
      expect(await refusal(() => store.read(0, block))).to.equal('none');
      expect(await refusal(() => store.read(1, block))).to.equal('EIO cxlflash.store-short');
      expect(await refusal(() => store.read(3, block))).to.equal('EIO cxlflash.store-short');
    });
  });

  it('cxlflash store tail: open cut the last bytes off a file that is no multiple of a block (own rule)', async () => {
    await withFile(async (path) => {
      await writeFile(path, new Uint8Array(10_000));
      expect(await refusal(() => SparseFileStore.open(path))).to.equal(
        'EINVAL cxlflash.store-tail',
      );
      expect((await stat(path)).size).to.equal(10_000);
      await using store = await SparseFileStore.open(path, { blocks: 3 });
      expect([store.blocks, (await stat(path)).size]).to.deep.equal([3, 12_288]);
    });
  });

  it('cxlflash store race: a write beyond the new end made the file longer again, and came back when it grew (ftruncate(2))', async () => {
    await withFile(async (path) => {
      await using store = await SparseFileStore.open(path, { blocks: 64 });
      const block = new Uint8Array(4096).fill(9);
      using writes = await Gate.of(path, 'write');
      using truncates = await Gate.of(path, 'truncate');
      const written = store.write(63, block);
      const resized = store.resize(1);
      await settled();
      // Out of reach already, while the file is as long as before.
      expect([store.blocks, writes.calls, truncates.calls]).to.deep.equal([1, 1, 0]);
      expect(await refusal(() => store.write(63, block))).to.equal('EINVAL cxlflash.store-range');
      writes.next();
      await written;
      await settled();
      expect(truncates.calls).to.equal(1);
      truncates.next();
      await resized;
      expect((await stat(path)).size).to.equal(4096);
      const grown = store.resize(64);
      await settled();
      truncates.next();
      await grown;
      await store.read(63, block);
      expect(block.every((byte) => byte === 0)).to.equal(true);
    });
  });

  it('cxlflash store race: resizes at the same time left a file that is not as long as its disk (ftruncate(2))', async () => {
    await withFile(async (path) => {
      await using store = await SparseFileStore.open(path, { blocks: 64 });
      const seen: number[] = [];
      using subscription = store.onResize(() => seen.push(store.blocks));
      {
        using truncates = await Gate.of(path, 'truncate');
        const resizes = [5, 900, 2, 30].map((blocks) => store.resize(blocks));
        for (let turn = 1; turn <= 4; turn++) {
          await settled();
          expect(truncates.calls).to.equal(turn);
          truncates.next();
          await resizes[turn - 1];
        }
      }
      expect(subscription).not.to.equal(undefined);
      expect(seen).to.deep.equal([5, 900, 2, 30]);
      expect([store.blocks, (await stat(path)).size]).to.deep.equal([30, 30 * 4096]);
      // One that comes too late changes nothing.
      const late = refusal(() => store.resize(7));
      await store.close();
      expect([await late, store.blocks]).to.deep.equal(['EBADF cxlflash.store-closed', 30]);
    });
  });

  it('cxlflash store file: one that is not there was made empty, and then refused (open(2), O_CREAT)', async () => {
    await withFile(async (path) => {
      expect(await refusal(() => SparseFileStore.open(path))).to.match(/ENOENT/);
      expect(await refusal(() => stat(path))).to.match(/ENOENT/);
      await writeFile(path, new Uint8Array(0));
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
