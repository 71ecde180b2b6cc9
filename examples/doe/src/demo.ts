import {
  doeDriver,
  fixedMeasurements,
  functionName,
  issueAuthority,
  issueIdentity,
  type Measurement,
  type SpdmIdentity,
  type Validity,
} from '@mdevkit/doe';
import {
  SPDM_MEASUREMENT_FIRMWARE,
  SPDM_MEASUREMENT_FIRMWARE_CONFIG,
  SPDM_MEASUREMENT_ROM,
} from '@mdevkit/uapi';
import { toPem, type Manifest } from './manifest.js';
import { withReplay, type Tamper } from './tamper.js';

const validity: Validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2056-01-01T00:00:00Z'),
};

/** What a device would measure: the code that it starts with, the code that it runs, and how that is set up. */
const goodMeasurements: readonly Measurement[] = [
  { index: 1, type: SPDM_MEASUREMENT_ROM, value: utf8('boot code, version 1') },
  { index: 2, type: SPDM_MEASUREMENT_FIRMWARE, value: utf8('firmware, version 7') },
  { index: 3, type: SPDM_MEASUREMENT_FIRMWARE_CONFIG, value: utf8('{"debug":false}') },
];

/** A driver whose devices prove themselves, and what a verifier has to know of good ones. */
export interface Demo {
  readonly driver: ReturnType<typeof doeDriver>;
  readonly manifest: Manifest;
  /** The certificate that the manifest trusts, in DER. */
  readonly root: Uint8Array;
}

/** Each demo has keys of its own. With `tamper` the devices are not those that the manifest speaks of. */
export async function makeDemo(tamper?: Tamper): Promise<Demo> {
  const authority = await issueAuthority({ name: 'mdevkit example root', validity });
  const impostor = await issueAuthority({ name: 'mdevkit example root', validity });
  const identity = await issueIdentity({
    authority: tamper === 'certificate' ? impostor : authority,
    intermediate: true,
    validity,
    cma: functionName,
  });
  return {
    driver: doeDriver({
      spdm: {
        slots: { 0: tamper === 'chain' ? truncated(identity) : identity },
        measurements: fixedMeasurements(
          tamper === 'measurement' ? goodMeasurements.map(patched) : goodMeasurements,
        ),
      },
      ...(tamper === 'nonce' && { instances: withReplay }),
    }),
    root: authority.certificate,
    manifest: {
      roots: [toPem(authority.certificate)],
      measurements: Object.fromEntries(
        goodMeasurements.map(({ index, value }) => [index, hex(value)]),
      ),
    },
  };
}

/** Cut off before the leaf. */
function truncated(identity: SpdmIdentity): SpdmIdentity {
  return { ...identity, chain: identity.chain.slice(0, -1) };
}

/** Somebody has changed the firmware. */
function patched(measurement: Measurement): Measurement {
  return measurement.type === SPDM_MEASUREMENT_FIRMWARE
    ? { ...measurement, value: utf8('firmware, version 7, patched') }
    : measurement;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
