import { fuzzFunction, fuzzRegisters, fuzzSpdm } from '@mdevkit/doe/test-support';

/** How many cases, and which ones. */
export interface DoeCampaign {
  readonly cases: number;
  readonly seed: number;
  /** Is told each part when it is over. */
  readonly onPart: (line: string) => void;
}

const PARTS = 3;

/**
 * Divides the cases between the registers of DOE Capabilities, the decoders of SPDM, and whole functions with all their
 * users. Rejects with what the first mistake is, its seed and its case, and with a RangeError for no number of cases.
 */
export async function runDoeCampaign({ cases, seed, onPart }: DoeCampaign): Promise<void> {
  if (!Number.isSafeInteger(cases) || !Number.isSafeInteger(seed) || cases < PARTS) {
    throw new RangeError(`${PARTS} cases and a seed at least, not ${cases} and ${seed}`);
  }
  const share = Math.floor(cases / PARTS);
  const registers = await fuzzRegisters({ cases: share, seed });
  onPart(`registers: ${registers.accesses} accesses, ${registers.asked} objects`);
  const { taken, refused, decoders } = fuzzSpdm({ cases: share, seed });
  onPart(`SPDM: ${taken + refused} messages for ${decoders} decoders, ${taken} taken`);
  const whole = await fuzzFunction({ cases: cases - (PARTS - 1) * share, seed });
  const asked = [...whole.counts].filter(([what]) => what.startsWith('asked '));
  const objects = asked.reduce((sum, [, count]) => sum + count, 0);
  onPart(
    `functions: ${whole.cases} events, ${whole.functions} functions, ${objects} objects, ${whole.discoveries} discoveries`,
  );
}
