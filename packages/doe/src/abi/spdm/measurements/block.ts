import { SPDM_MEAS_SPEC_DMTF, SPDM_MEASUREMENT_RAW_BIT } from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import { ByteWriter, concatBytes } from '../bytes/writer.js';

/** One measurement, as the DMTF specification of measurements has it. */
export interface MeasurementBlock {
  /** 1 .. 254. */
  readonly index: number;
  /** SPDM_MEASUREMENT_ROM …, 7 bits. */
  readonly type: number;
  /** Whether the value is what was measured, not its hash. */
  readonly raw: boolean;
  readonly value: Uint8Array;
}

const MOST_INDEX = 0xfe;
const VALUE_HEADER_SIZE = 3;

/** Source: DSP0274 1.2, section Measurement block. */
export function encodeBlock({ index, type, raw, value }: MeasurementBlock): Uint8Array {
  if (index < 1 || index > MOST_INDEX || type >= SPDM_MEASUREMENT_RAW_BIT) {
    throw new RangeError(`no measurement has index ${index} and type ${type}`);
  }
  return new ByteWriter()
    .u8(index)
    .u8(SPDM_MEAS_SPEC_DMTF)
    .u16(VALUE_HEADER_SIZE + value.length)
    .u8(type | (raw ? SPDM_MEASUREMENT_RAW_BIT : 0))
    .u16(value.length)
    .bytes(value)
    .finish();
}

/** The record of a MEASUREMENTS response. */
export function encodeBlocks(blocks: readonly MeasurementBlock[]): Uint8Array {
  return concatBytes(blocks.map((block) => encodeBlock(block)));
}

/**
 * Takes a record apart, which has to be `count` blocks and nothing else.
 *
 * @throws MdevError doe.spdm-malformed
 */
export function decodeBlocks(record: Uint8Array, count: number): readonly MeasurementBlock[] {
  const reader = new ByteReader(record);
  const blocks = Array.from({ length: count }, () => takeBlock(reader));
  if (reader.remaining > 0) throw malformed('bytes behind the measurements');
  return blocks;
}

function takeBlock(reader: ByteReader): MeasurementBlock {
  const index = reader.u8();
  if (index < 1 || index > MOST_INDEX) throw malformed('index of a measurement');
  if (reader.u8() !== SPDM_MEAS_SPEC_DMTF) throw malformed('measurement specification');
  const size = reader.u16();
  const typeAndRaw = reader.u8();
  const valueSize = reader.u16();
  if (size !== valueSize + VALUE_HEADER_SIZE) throw malformed('size of a measurement');
  return {
    index,
    type: typeAndRaw & ~SPDM_MEASUREMENT_RAW_BIT,
    raw: (typeAndRaw & SPDM_MEASUREMENT_RAW_BIT) !== 0,
    value: reader.bytes(valueSize),
  };
}
