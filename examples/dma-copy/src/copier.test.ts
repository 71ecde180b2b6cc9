import type { Region } from '@mdevkit/core';
import { fakeServices, writeRegister, type FakeServices } from '@mdevkit/testing';
import { mdevkitChai } from '@mdevkit/testing/chai';
import { expect, use } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import { Copier } from './copier.js';
import {
  CopyDescriptor,
  copyRegisters,
  MAX_LENGTH,
  STATUS_DONE,
  STATUS_FAULT,
  STATUS_TOO_LONG,
} from './copy-abi.js';

use(mdevkitChai);

describe('copier (examples/dma-copy/src/copy-abi.ts)', () => {
  const source = 0x80n;
  const target = 0x100n;
  const end = 0x200n;
  let services: FakeServices;
  let registers: Region;

  beforeEach(() => {
    services = fakeServices({ maps: [{ iova: 0, size: Number(end) }] });
    const copier = new Copier(services);
    services.irqs.declare(copier.irqs);
    [registers] = copier.regions;
  });

  /** Puts a job at address 0, rings the doorbell and returns the job's status. */
  async function run(job: { source: bigint; target: bigint; length: number }): Promise<number> {
    services.dma.poke(0, CopyDescriptor.encode(job));
    await writeRegister(registers, copyRegisters.offsetOf('DOORBELL'), 1);
    return CopyDescriptor.decode(services.dma.bytesAt(0, CopyDescriptor.size)).status;
  }

  it('a job moves its bytes, says so and interrupts', async () => {
    const { dma, irqs } = services;
    dma.poke(source, Uint8Array.of(7, 7, 7, 7, 8));
    expect(await run({ source, target, length: 4 })).to.equal(STATUS_DONE);
    expect(dma).to.have.written(target, [7, 7, 7, 7]);
    expect(dma).not.to.have.written(target + 4n);
    expect(irqs).to.have.fired(1);
  });

  it('memory out of reach ends the job, not the device', async () => {
    const { dma, irqs } = services;
    expect(await run({ source: end, target, length: 1 })).to.equal(STATUS_FAULT);
    expect(await run({ source, target: end, length: 1 })).to.equal(STATUS_FAULT);
    expect(dma).to.have.faulted(2);
    expect(await run({ source, target, length: 1 })).to.equal(STATUS_DONE);
    expect(irqs).to.have.fired(3);
  });

  it('a length above MAX_LENGTH is refused before anything is read', async () => {
    const { dma } = services;
    expect(await run({ source, target, length: MAX_LENGTH + 1 })).to.equal(STATUS_TOO_LONG);
    expect(await run({ source, target, length: 0xffffffff })).to.equal(STATUS_TOO_LONG);
    expect(dma).not.to.have.read(source);
    expect(dma).not.to.have.faulted();
  });
});
