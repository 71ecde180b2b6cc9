import { SPDM_SUMMARY_NONE } from '@mdevkit/uapi';
import { summaryHash, type NegotiatedContext, type SummaryType } from '../../abi/spdm/index.js';
import { whenMeasured } from './collect-measurements.js';
import type { Exchange } from './exchange.js';
import { invalidRequest } from './refusal.js';

/**
 * The summary hash that a request asks for, undefined if it asks for none.
 *
 * Source: DSP0274 1.2, CHALLENGE and KEY_EXCHANGE, MeasurementSummaryHashType.
 *
 * @throws Refusal for a summary of a device that measures nothing, or if measurements were not negotiated
 */
export function whenSummed<T>(
  { settings }: Exchange,
  context: NegotiatedContext,
  type: SummaryType,
  use: (hash: Uint8Array | undefined) => T,
): T | Promise<T> {
  if (type === SPDM_SUMMARY_NONE) {
    return use(undefined);
  }
  const { measurements } = settings;
  if (measurements === undefined || context.algorithms.measurementSpec === 0) {
    throw invalidRequest();
  }
  return whenMeasured(measurements, context.algorithms.hash, ({ blocks }) =>
    use(summaryHash(blocks, type, context)),
  );
}
