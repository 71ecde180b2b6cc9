import { bindIrqs, irqCallback, MdevHost, write32, write64, type Device } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { CopyDescriptor, copyRegisters, STATUS_DONE } from './copy-abi.js';
import { copyDriver } from './copier.js';

const IOVA = 0x10000;
const SOURCE = 0x400;
const TARGET = 0x800;
const LENGTH = 0x100;

/** One job, in one page of memory. */
async function copy(device: Device): Promise<void> {
  const memory = new Uint8Array(4096).fill(0xa5, SOURCE, SOURCE + LENGTH);
  const job = { source: BigInt(IOVA + SOURCE), target: BigInt(IOVA + TARGET), length: LENGTH };
  memory.set(CopyDescriptor.encode(job));
  await device.dmaMap({ iova: IOVA, memory });
  try {
    await bindIrqs(device, 0, [irqCallback(() => undefined)]);
    await write64(device, 0, copyRegisters.offsetOf('JOB'), BigInt(IOVA));
    await write32(device, 0, copyRegisters.offsetOf('DOORBELL'), 0);
    const { status } = CopyDescriptor.decode(memory);
    if (status !== STATUS_DONE || memory[TARGET + LENGTH - 1] !== 0xa5) {
      throw new Error(`the job ended with status ${status}`);
    }
  } finally {
    await device.dmaUnmap(IOVA, memory.length);
  }
}

describeDriverConformance(
  'copy',
  async (options) => {
    const host = new MdevHost(options);
    await host.load(copyDriver);
    return host;
  },
  { work: copy },
);
