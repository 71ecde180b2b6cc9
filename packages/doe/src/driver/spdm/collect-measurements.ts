import { hashOf, type HashAlgorithm, type MeasurementBlock } from '../../abi/spdm/index.js';
import type { Measurement, MeasurementSource } from './measurement-source.js';

/** What a device measures right now. */
export interface Measured {
  readonly list: readonly Measurement[];
  /** Hashes, but for what is never hashed: what summaries are over. */
  readonly blocks: readonly MeasurementBlock[];
}

/** The same, once it is there: at once if the source answers at once, so that no answer waits without a reason. */
export function whenMeasured<T>(
  source: MeasurementSource,
  hash: HashAlgorithm,
  use: (measured: Measured) => T,
): T | Promise<T> {
  const take = (list: readonly Measurement[]): T =>
    use({ list, blocks: list.map((one) => blockOf(one, hash, false)) });
  const list = source.measure();
  return list instanceof Promise ? list.then(take) : take(list);
}

/** @param raw the value as it is */
export function blockOf(
  { index, type, value, raw: never = false }: Measurement,
  hash: HashAlgorithm,
  raw: boolean,
): MeasurementBlock {
  return raw || never
    ? { index, type, raw: true, value }
    : { index, type, raw: false, value: hashOf(hash, value) };
}
