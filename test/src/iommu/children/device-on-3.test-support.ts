import { createInterface } from 'node:readline';
import { SharedMemory } from '@mdevkit/linux';
import { TestDevice } from '../device.test-support.js';

/*
 * A process with a device whose client lends it the memory behind descriptor 3. Each line is a fill
 * `[iova, length, value]`; the answer is the byte in front of it.
 */
using memory = SharedMemory.from(3);
await using device = await TestDevice.open();
await device.client.dmaMap({ iova: 0x10_0000, memory });
for await (const line of createInterface({ input: process.stdin })) {
  const [iova, length, value] = JSON.parse(line) as [number, number, number];
  await device.fill(iova, length, value);
  const front = new Uint8Array(1);
  device.dma.read(iova - 1, front);
  process.stdout.write(`${JSON.stringify(front[0])}\n`);
}
