import type { Clock } from '@mdevkit/core';
import { fixedMeasurements, identityFrom, SpdmResponder, type DoeFeatureSpec } from '@mdevkit/doe';

/** The two features of one responder, which belong into one capability. `chain` and `key` are PEM or DER. */
export function attested(clock: Clock, chain: string, key: string): DoeFeatureSpec[] {
  const firmware = { index: 1, type: 1, value: Uint8Array.of(1, 2, 3) };
  const responder = new SpdmResponder({
    clock,
    slots: { 0: identityFrom({ chain, key }) },
    measurements: fixedMeasurements([firmware]),
  });
  return [{ feature: responder.cma }, { feature: responder.secured }];
}
