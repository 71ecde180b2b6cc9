import { accelDriver, openAccelerator } from '@mdevkit/accel';
import { allocateShared } from '../ways.js';
import { randomBytes, requireEqual, type Load, type Round } from './load.js';

const shared = { allocateMemory: allocateShared, bufferBytes: 0x4_0000 };
const CHUNKS = 6;
const MOST = 0x8000;

async function run({ way, random, faults, did }: Round): Promise<void> {
  await using compressor = await openAccelerator(way, {
    ...shared,
    algorithms: ['deflate'],
    queues: 2,
  });
  await using decompressor = await openAccelerator(way, { ...shared, algorithms: ['inflate'] });
  const chunks = Array.from({ length: CHUNKS }, () => randomBytes(random, 1 + random.below(MOST)));
  let index = 0;
  const squeezed = compressor.transform(chunks, { algorithm: 'deflate' });
  const back = decompressor.transform(squeezed, { algorithm: 'inflate', maxOutput: MOST });
  for await (const bytes of back) {
    if (faults !== 'lying') {
      requireEqual(bytes, chunks[index] ?? new Uint8Array(), `chunk ${index}`);
    }
    index += 1;
  }
  did('chunks', index);
}

/** Compression through queues, there and back. */
export const accel: Load = {
  name: 'accel',
  weight: 2,
  driver: () => Promise.resolve(accelDriver()),
  run,
};
