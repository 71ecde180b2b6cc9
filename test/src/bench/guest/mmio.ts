import { guestMmioReads, LabError } from '@mdevkit/test-guest';
import {
  againstForeign,
  LeftOut,
  median,
  ofRuns,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';

const NAME = 'guest.mmio_read.ratio_to_qemu_edu';

/**
 * Reads of a register by a program of a Linux guest, per second: of a device behind vfio-user, with that of QEMU's own
 * edu device in the same guest as the baseline. Left out where there is no lab.
 */
export const guestMmio: Benchmark = {
  name: 'guest.mmio_read',
  measures: [againstForeign(NAME, "QEMU's own edu device")],
  run: async () => {
    try {
      const { ours, qemuEdu } = await guestMmioReads();
      return [compared(ours.map(perSecond), qemuEdu.map(perSecond))];
    } catch (error) {
      if (error instanceof LabError) {
        throw new LeftOut(error.message, { cause: error });
      }
      throw error;
    }
  },
};

function compared(ours: readonly number[], theirs: readonly number[]): Measurement {
  const runs = ofRuns(NAME, '/s', ours);
  const baseline = median(theirs);
  return { ...runs, baseline, ratio: runs.median / baseline };
}

function perSecond(nanoseconds: number): number {
  return 1e9 / nanoseconds;
}
