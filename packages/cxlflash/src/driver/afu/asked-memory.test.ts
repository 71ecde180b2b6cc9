import type { MemoryObject } from '@mdevkit/core';
import { SISL_FC_RC_ABORTPEND, WRITE_16 } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COMMAND_ROOM } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench } from '../bench.test-support.js';

const AT = 0x4000_0000;
const BYTES = 20 * 4096;

/** Memory of a client that gave no descriptor: it answers when a test says so. */
class AskedMemory implements MemoryObject {
  readonly size = BYTES;
  readonly writable = true;
  readonly bytes = undefined;
  readonly content = new Uint8Array(BYTES).fill(0x77);
  readonly waiting: (() => void)[] = [];

  read(): never {
    throw new Error('ask by fetch');
  }

  write(): never {
    throw new Error('ask by store');
  }

  view(): undefined {
    return undefined;
  }

  pin(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  fetch(offset: number, into: Uint8Array): Promise<void> {
    return this.#answer(() => {
      into.set(this.content.subarray(offset, offset + into.length));
    });
  }

  store(offset: number, from: Uint8Array): Promise<void> {
    return this.#answer(() => {
      this.content.set(from, offset);
    });
  }

  /** Answers what has been asked, and what is asked then. */
  async answerAll(): Promise<void> {
    while (this.waiting.length > 0) {
      this.waiting.shift()?.();
      await settled();
    }
  }

  #answer(work: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(() => {
        work();
        resolve();
      });
    });
  }
}

function made(): { bench: Bench; raw: ReturnType<Bench['working']>; asked: AskedMemory } {
  const bench = new Bench();
  const asked = new AskedMemory();
  bench.space.map({ iova: AT, memory: asked });
  return { bench, raw: bench.working(), asked };
}

describe('memory that answers by messages (vfio-user protocol specification, VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE)', () => {
  it('cxlflash command read, cxlflash command write: the answer waits for the messages', async () => {
    const { bench, raw, asked } = made();
    const data = Uint8Array.from({ length: BYTES }, (_, i) => i * 7);
    asked.content.set(data);
    const request = { lba: 3, blocks: 20, data_ea: AT };
    for (const opcode of [WRITE_16, undefined]) {
      raw.write(0, opcode === undefined ? request : { ...request, opcode });
      raw.submit();
      await settled();
      expect([asked.waiting.length, raw.completions()]).to.deep.equal([1, []]);
      await asked.answerAll();
      expect(raw.completions()).to.deep.equal([0]);
      expect(raw.response().ioasc).to.equal(0);
      if (opcode === WRITE_16) {
        asked.content.fill(0);
      }
    }
    expect(Buffer.compare(asked.content, data)).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash command timeout: data on their way to the client are there before it is told, and none come later', async () => {
    const { bench, raw, asked } = made();
    raw.write(0, { blocks: 20, data_ea: AT });
    raw.submit();
    await settled();
    bench.clock.advance(1000);
    await settled();
    expect([asked.waiting.length, raw.completions()]).to.deep.equal([1, []]);
    await asked.answerAll();
    expect(raw.completions()).to.deep.equal([0]);
    expect(raw.response().rc.fc_rc).to.equal(SISL_FC_RC_ABORTPEND);
    expect(asked.waiting.length).to.equal(0);
    // The second piece was never sent.
    expect(asked.content.subarray(0x1_0000).every((byte) => byte === 0x77)).to.equal(true);
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    await bench.end(raw.context);
  });

  it('cxlflash command timeout: data on their way from the client reach no disk, and nobody waits for them', async () => {
    const { bench, raw, asked } = made();
    raw.write(0, { opcode: WRITE_16, data_ea: AT });
    raw.submit();
    await settled();
    bench.clock.advance(1000);
    await settled();
    expect(raw.completions()).to.deep.equal([0]);
    await asked.answerAll();
    expect(raw.completions()).to.deep.equal([]);
    const stored = new Uint8Array(4096);
    await bench.store.memory.read(0, stored);
    expect(stored.every((byte) => byte === 0)).to.equal(true);
    await bench.end(raw.context);
  });

  it('cxlflash reset context: one whose last message is not answered is being reset, and then answers nothing', async () => {
    const { bench, raw, asked } = made();
    raw.write(0, { data_ea: AT });
    raw.submit();
    await settled();
    bench.clock.advance(1000);
    raw.set('IOARRIN', 1n);
    await settled();
    expect(raw.get('IOARRIN')).to.equal(1n);
    await asked.answerAll();
    expect([raw.get('IOARRIN'), raw.completions()]).to.deep.equal([0n, []]);
    await bench.end(raw.context);
  });
});
