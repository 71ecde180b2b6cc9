import { MdevHost, MdevError } from '@mdevkit/core';
import { MemoryStore, type BackingStore } from '@mdevkit/cxlflash';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { flashJob } from './flash-job.js';
import type { Input } from './input.js';

/** An input that never ends, and counts how often somebody let go of it. */
class EndlessInput implements Input {
  readonly name = 'endless';
  taken = 0;
  returns = 0;

  chunks(size: number): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          this.taken += 1;
          return Promise.resolve({ done: false, value: new Uint8Array(size) });
        },
        return: () => {
          this.returns += 1;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
  }
}

/** A disk that is full after some writes. */
function fullStore(writes: number): BackingStore {
  const memory = new MemoryStore({ blocks: 4096 });
  let left = writes;
  return {
    blocks: memory.blocks,
    blockSize: memory.blockSize,
    read: (lba, into) => memory.read(lba, into),
    write: (lba, from) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('ENOSPC')) : memory.write(lba, from);
    },
  };
}

describe('the job of the flash AFU', () => {
  it('closes its input when it fails in the middle (bug: the file stayed open)', async () => {
    for (const writes of [0, 5, 40]) {
      await using host = new MdevHost();
      const input = new EndlessInput();
      let reason = 'none';
      try {
        await flashJob(host, input, () => undefined, fullStore(writes));
      } catch (error) {
        reason = MdevError.is(error) ? error.reason : String(error);
      }
      expect(reason).to.equal('cxlflash.check-condition');
      expect([input.taken > 0, input.returns], `after ${writes}`).to.deep.equal([true, 1]);
    }
  });
});
