import { type QtestClient } from '../qtest/index.js';

/** Registers of an NVMe controller (NVM Express Base Specification, section 3.1.4). */
const registers = {
  configuration: 0x14,
  status: 0x1c,
  adminQueueSizes: 0x24,
  submissionQueue: 0x28,
  completionQueue: 0x30,
  submissionDoorbell: 0x1000,
} as const;

/** Where the queues and the answer lie in the guest's memory. */
const memory = { submission: 0x2_0000, completion: 0x2_1000, data: 0x2_2000 } as const;

const IDENTIFY = 6;

/** Enabled, with entries of 64 and 16 bytes. */
const ENABLED = 1 | (6 << 16) | (4 << 20);

/** Lets an NVMe controller complete one command, which raises its vector 0. */
export async function nvmeIdentify(qtest: QtestClient, bar: number): Promise<void> {
  await qtest.write(bar + registers.adminQueueSizes, 4, 0x0003_0003);
  await qtest.write64(bar + registers.submissionQueue, BigInt(memory.submission));
  await qtest.write64(bar + registers.completionQueue, BigInt(memory.completion));
  await qtest.write(bar + registers.configuration, 4, ENABLED);
  await qtest.until('a controller that is ready', async () => {
    return ((await qtest.read(bar + registers.status, 4)) & 1) === 1 || undefined;
  });
  const entry = Buffer.alloc(64);
  entry.writeUInt32LE(IDENTIFY, 0);
  entry.writeUInt32LE(memory.data, 24);
  entry.writeUInt32LE(1, 40);
  await qtest.writeMemory(memory.submission, entry);
  await qtest.write(bar + registers.submissionDoorbell, 4, 1);
}
