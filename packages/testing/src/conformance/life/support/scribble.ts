import type { Device } from '@mdevkit/core';
import { Random } from '../../../random/index.js';
import { outcomeOf, usedRegions, type UsedRegion } from '../../support/index.js';
import { chunkOf } from './snapshot.js';

const WIDTHS = [1, 2, 4, 4, 4, 4, 8] as const;
/** Most accesses go to the first bytes of a region, where registers are. */
const NEAR = 0x100;

/** What came of one access. */
export interface Answer {
  /** `region:offset` of the chunk of a snapshot that it is in. */
  readonly chunk: string;
  readonly told: string;
  /** Why it was refused, if it was. */
  readonly reason: string | undefined;
}

/** Reads and writes at random places, the same for the same seed. Answers what came of each. */
export async function scribble(
  device: Device,
  seed: number,
  accesses = 60,
): Promise<readonly Answer[]> {
  const random = new Random(seed);
  const regions = await usedRegions(device);
  const answers: Answer[] = [];
  for (let count = 0; count < accesses && regions.length > 0; count++) {
    const region = regions[random.below(regions.length)];
    if (region !== undefined) {
      answers.push(await accessOnce(device, region, random));
    }
  }
  return answers;
}

async function accessOnce(device: Device, region: UsedRegion, random: Random): Promise<Answer> {
  const width = WIDTHS[random.below(WIDTHS.length)] ?? 4;
  const room = random.chance(0.8) ? Math.min(region.size, NEAR) : region.size;
  const offset = Math.floor(random.below(room) / width) * width;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(anyValue(random)), true);
  const part = bytes.subarray(0, width);
  const chunk = chunkOf(region.index, offset);
  const at = `${region.index}+0x${offset.toString(16)}/${width}`;
  if (random.chance(0.3)) {
    const { code, reason } = await outcomeOf(device.read(region.index, offset, part));
    return { chunk, told: `read ${at}: ${code} ${code === 'done' ? part.join(' ') : ''}`, reason };
  }
  const { code, reason } = await outcomeOf(device.write(region.index, offset, part));
  return { chunk, told: `write ${at} of ${part.join(' ')}: ${code}`, reason };
}

/** Values that devices take for flags, counts and addresses, rather than noise. */
function anyValue(random: Random): number {
  switch (random.below(6)) {
    case 0:
      return random.below(3);
    case 1:
      return random.below(0x40);
    case 2:
      return 2 ** random.below(32);
    case 3:
      return random.below(16) * 0x1000;
    case 4:
      return 0xffffffff;
    default:
      return random.next();
  }
}

/** Fails with the first answer that is another one. `changing` are chunks that may answer anything. */
export function requireSameAnswers(
  answers: readonly Answer[],
  expected: readonly Answer[],
  changing: ReadonlySet<string> = new Set(),
): void {
  const at = answers.findIndex(
    ({ chunk, told }, index) => !changing.has(chunk) && told !== expected[index]?.told,
  );
  if (at >= 0) {
    throw new Error(
      `access ${at + 1} of the same client answers otherwise: "${answers[at]?.told ?? ''}" and not "${expected[at]?.told ?? ''}"`,
    );
  }
}
