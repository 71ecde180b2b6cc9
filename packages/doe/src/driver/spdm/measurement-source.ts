import { encodeBlock } from '../../abi/spdm/index.js';

/** One thing that a device measures of itself. */
export interface Measurement {
  /** 1 .. 0xfe, its own. */
  readonly index: number;
  /** What it is of: SPDM_MEASUREMENT_ROM and so on, 7 bits, without the raw bit. */
  readonly type: number;
  /** What is measured, 65,532 bytes at most. It is hashed, unless it is asked for as it is. */
  readonly value: Uint8Array;
  /** Never hashed: versions, modes, manifests. */
  readonly raw?: boolean;
}

/**
 * Where measurements come from: asked anew for each answer that holds or covers them, so that they are fresh. May take its
 * time; the requester waits up to a second.
 */
export interface MeasurementSource {
  measure(): readonly Measurement[] | Promise<readonly Measurement[]>;
}

/**
 * A source that always says the same.
 *
 * @throws RangeError for an index that there is twice, or an index, a type or a value that no measurement can have
 */
export function fixedMeasurements(measurements: readonly Measurement[]): MeasurementSource {
  const seen = new Set<number>();
  for (const { index, type, value } of measurements) {
    encodeBlock({ index, type, raw: true, value });
    if (seen.has(index)) {
      throw new RangeError(`there are two measurements of index ${index}`);
    }
    seen.add(index);
  }
  return { measure: () => measurements };
}
