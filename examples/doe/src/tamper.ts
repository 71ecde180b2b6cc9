import type { DoeFeature, DoeInstanceSpec } from '@mdevkit/doe';
import { SPDM_CHALLENGE, SPDM_NONCE_SIZE } from '@mdevkit/uapi';

/** What may be wrong with the device. */
export const tampers = ['measurement', 'certificate', 'nonce', 'chain'] as const;

export type Tamper = (typeof tampers)[number];

/** Of a request (DSP0274 1.2, CHALLENGE): where its code lies, and its nonce. */
const CODE_OFFSET = 1;
const NONCE_OFFSET = 4;

/**
 * A feature that has heard the real one answer a challenge of somebody else, and answers every challenge with that: what
 * somebody in the middle could do who does not have the key.
 */
function replayed(feature: DoeFeature): DoeFeature {
  let heard: Uint8Array | undefined;
  return {
    vendor: feature.vendor,
    type: feature.type,
    async handle(request, call) {
      if (request[CODE_OFFSET] !== SPDM_CHALLENGE) {
        return feature.handle(request, call);
      }
      if (heard === undefined) {
        const other = request.slice().fill(0, NONCE_OFFSET, NONCE_OFFSET + SPDM_NONCE_SIZE);
        heard = await feature.handle(other, call);
      }
      return heard;
    },
    reset: () => feature.reset?.(),
    [Symbol.dispose]: () => feature[Symbol.dispose]?.(),
  };
}

/** The first feature of the first instance is that of attestation; it is replaced by {@link replayed}. */
export function withReplay(standard: readonly DoeInstanceSpec[]): readonly DoeInstanceSpec[] {
  return standard.map((instance, place) => ({
    ...instance,
    features: instance.features.map((spec, index) =>
      place === 0 && index === 0 ? { ...spec, feature: replayed(spec.feature) } : spec,
    ),
  }));
}
