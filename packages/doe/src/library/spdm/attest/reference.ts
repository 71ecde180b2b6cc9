import {
  SPDM_MEASUREMENT_DEVICE_MODE,
  SPDM_MEASUREMENT_FIRMWARE,
  SPDM_MEASUREMENT_FIRMWARE_CONFIG,
  SPDM_MEASUREMENT_FIRMWARE_VERSION,
  SPDM_MEASUREMENT_HARDWARE_CONFIG,
  SPDM_MEASUREMENT_MANIFEST,
  SPDM_MEASUREMENT_ROM,
  SPDM_MEASUREMENT_SVN,
} from '@mdevkit/uapi';
import {
  hashOf,
  sameBytes,
  type Algorithms,
  type MeasurementBlock,
} from '../../../abi/spdm/index.js';

/** Bytes, or pairs of hexadecimal digits. */
export type BytesOrHex = Uint8Array | string;

/**
 * What a measurement has to be: its value as the device gives it, or the hash of what was measured, or what was measured
 * itself. The last two fit whether the device gives values or hashes of them.
 */
export type ExpectedMeasurement =
  BytesOrHex | { readonly digest: BytesOrHex } | { readonly raw: BytesOrHex };

/** A measurement, and whether it is what it should be. */
export interface MeasurementReport {
  /** 1 .. 254. */
  readonly index: number;
  /** What it is of, for example `firmware`; `missing` if the device does not have it. */
  readonly type: string;
  /** As the device gives it, hexadecimal digits; of a value that is not a hash, its bytes. */
  readonly value: string;
  /** Hexadecimal digits; undefined if nothing is expected of it. */
  readonly expected?: string;
  readonly ok: boolean;
}

/** How the value of a measurement is compared. */
interface Reference {
  readonly form: 'value' | 'digest' | 'raw';
  readonly bytes: Uint8Array;
}

const typeNames: ReadonlyMap<number, string> = new Map([
  [SPDM_MEASUREMENT_ROM, 'rom'],
  [SPDM_MEASUREMENT_FIRMWARE, 'firmware'],
  [SPDM_MEASUREMENT_HARDWARE_CONFIG, 'hardware-config'],
  [SPDM_MEASUREMENT_FIRMWARE_CONFIG, 'firmware-config'],
  [SPDM_MEASUREMENT_MANIFEST, 'manifest'],
  [SPDM_MEASUREMENT_DEVICE_MODE, 'device-mode'],
  [SPDM_MEASUREMENT_FIRMWARE_VERSION, 'firmware-version'],
  [SPDM_MEASUREMENT_SVN, 'security-version'],
]);

/** Reference values by index. */
export class References {
  readonly #references: ReadonlyMap<number, Reference>;
  readonly #allowUnlisted: boolean;

  /** @throws RangeError for an index outside of 1 .. 254, TypeError for a value that is no bytes */
  constructor(expected: Readonly<Record<number, ExpectedMeasurement>>, allowUnlisted = false) {
    this.#allowUnlisted = allowUnlisted;
    this.#references = new Map(
      Object.entries(expected).map(([key, value]) => [indexOf(key), referenceOf(key, value)]),
    );
  }

  /** What the device has in its order, and behind it what is expected and missing. */
  report(
    blocks: readonly MeasurementBlock[],
    algorithms: Pick<Algorithms, 'hash' | 'measurementHash'>,
  ): readonly MeasurementReport[] {
    const present = new Set(blocks.map(({ index }) => index));
    const missing = [...this.#references].filter(([index]) => !present.has(index));
    return [
      ...blocks.map((block) => this.#compare(block, algorithms)),
      ...missing.map(([index, { bytes }]) => ({
        ...{ index, type: 'missing', value: '', expected: hex(bytes), ok: false },
      })),
    ];
  }

  #compare(
    block: MeasurementBlock,
    { hash, measurementHash }: Pick<Algorithms, 'hash' | 'measurementHash'>,
  ): MeasurementReport {
    const { index, raw, value } = block;
    const type = typeNames.get(block.type) ?? `type-${block.type}`;
    const row = { index, type, value: hex(value) };
    const reference = this.#references.get(index);
    if (reference === undefined) {
      return { ...row, ok: this.#allowUnlisted };
    }
    const { form, bytes } = reference;
    const used =
      measurementHash === undefined || measurementHash === 'raw' ? hash : measurementHash;
    const found = form === 'digest' && raw ? hashOf(used, value) : value;
    const wanted = form === 'raw' && !raw ? hashOf(used, bytes) : bytes;
    return { ...row, expected: hex(wanted), ok: sameBytes(found, wanted) };
  }
}

function indexOf(key: string): number {
  const index = Number(key);
  if (!Number.isInteger(index) || index < 1 || index > 254) {
    throw new RangeError(`a measurement has an index of 1 .. 254, not ${key}`);
  }
  return index;
}

function referenceOf(key: string, expected: ExpectedMeasurement): Reference {
  if (typeof expected === 'string' || expected instanceof Uint8Array) {
    return { form: 'value', bytes: bytesOf(key, expected) };
  }
  return 'digest' in expected
    ? { form: 'digest', bytes: bytesOf(key, expected.digest) }
    : { form: 'raw', bytes: bytesOf(key, expected.raw) };
}

function bytesOf(key: string, value: BytesOrHex): Uint8Array {
  if (typeof value !== 'string') {
    return value.slice();
  }
  if (!/^(?:[0-9a-f]{2})*$/i.test(value)) {
    throw new TypeError(
      `the expected value of measurement ${key} is no pairs of hexadecimal digits`,
    );
  }
  return new Uint8Array(Buffer.from(value, 'hex'));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
