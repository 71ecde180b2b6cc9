import {
  doeDriver,
  fixedMeasurements,
  issueAuthority,
  issueIdentity,
  type AttestationPolicy,
  type Measurement,
} from '@mdevkit/doe';
import { SPDM_MEASUREMENT_FIRMWARE, SPDM_MEASUREMENT_ROM } from '@mdevkit/uapi';

const HOUR_MS = 3_600_000;

/** A driver whose functions can be attested, type `doe-function`, and what it takes to trust them. */
export interface Attested {
  readonly driver: ReturnType<typeof doeDriver>;
  readonly policy: Pick<AttestationPolicy, 'roots' | 'measurements'>;
}

/** Issues a root and the identity of the devices, valid for the hours around now, and says what they measure. */
export async function attestedFunction(): Promise<Attested> {
  const now = Date.now();
  const validity = { from: new Date(now - HOUR_MS), until: new Date(now + HOUR_MS) };
  const authority = await issueAuthority({ validity });
  const identity = await issueIdentity({ validity, authority, intermediate: true });
  const measured: readonly Measurement[] = [
    { index: 1, type: SPDM_MEASUREMENT_ROM, value: Buffer.from('boot code of the function') },
    { index: 2, type: SPDM_MEASUREMENT_FIRMWARE, value: Buffer.from('its firmware') },
  ];
  return {
    driver: doeDriver({
      spdm: { slots: { 0: identity }, measurements: fixedMeasurements(measured) },
    }),
    policy: {
      roots: [authority.certificate],
      measurements: Object.fromEntries(measured.map(({ index, value }) => [index, { raw: value }])),
    },
  };
}
