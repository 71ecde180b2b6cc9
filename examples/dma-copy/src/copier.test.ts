import { failure, type Region } from '@mdevkit/core';
import { expect } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import { Copier, type CopierServices } from './copier.js';
import {
  CopyDescriptor,
  copyRegisters,
  MAX_LENGTH,
  STATUS_DONE,
  STATUS_FAULT,
  STATUS_TOO_LONG,
} from './copy-abi.js';

/** The client's memory: the first `bytes.length` addresses. Everything else faults. */
class FakeDma {
  readonly bytes = new Uint8Array(0x200);

  read(iova: number | bigint, into: Uint8Array): void {
    into.set(this.#at(iova, into.length));
  }

  write(iova: number | bigint, from: Uint8Array): void {
    this.#at(iova, from.length).set(from);
  }

  #at(iova: number | bigint, length: number): Uint8Array {
    const start = Number(iova);
    if (start + length > this.bytes.length) {
      throw failure('dma.fault', { iova, length });
    }
    return this.bytes.subarray(start, start + length);
  }
}

/** Counts interrupts. */
class FakeIrqs {
  count = 0;

  trigger(): boolean {
    this.count += 1;
    return true;
  }
}

describe('copier (examples/dma-copy/src/copy-abi.ts)', () => {
  const source = 0x80n;
  const target = 0x100n;
  let dma: FakeDma;
  let irqs: FakeIrqs;
  let registers: Region;

  beforeEach(() => {
    dma = new FakeDma();
    irqs = new FakeIrqs();
    const services: CopierServices = { dma, irqs };
    [registers] = new Copier(services).regions;
  });

  /** Puts a job at address 0, rings the doorbell and returns the job's status. */
  async function run(job: { source: bigint; target: bigint; length: number }): Promise<number> {
    dma.bytes.set(CopyDescriptor.encode(job));
    const doorbell = copyRegisters.offsetOf('DOORBELL');
    await registers.write(doorbell, new DataView(new ArrayBuffer(4)), 0, 4);
    return CopyDescriptor.decode(dma.bytes).status;
  }

  it('a job moves its bytes, says so and interrupts', async () => {
    dma.bytes.fill(7, Number(source), Number(source) + 4);
    expect(await run({ source, target, length: 4 })).to.equal(STATUS_DONE);
    expect([...dma.bytes.subarray(Number(target), Number(target) + 5)]).to.deep.equal([
      7, 7, 7, 7, 0,
    ]);
    expect(irqs.count).to.equal(1);
  });

  it('memory out of reach ends the job, not the device', async () => {
    expect(await run({ source: 0x200n, target, length: 1 })).to.equal(STATUS_FAULT);
    expect(await run({ source, target: 0x200n, length: 1 })).to.equal(STATUS_FAULT);
    expect(await run({ source, target, length: 1 })).to.equal(STATUS_DONE);
    expect(irqs.count).to.equal(3);
  });

  it('a length above MAX_LENGTH is refused before anything is read', async () => {
    expect(await run({ source, target, length: MAX_LENGTH + 1 })).to.equal(STATUS_TOO_LONG);
    expect(await run({ source, target, length: 0xffffffff })).to.equal(STATUS_TOO_LONG);
  });
});
