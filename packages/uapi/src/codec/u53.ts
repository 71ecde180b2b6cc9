import { fieldAt } from './field-type.js';
import type { Field, FieldType } from './field-type.js';

const WORD = 0x1_0000_0000;
/** The most the high word may hold before a number stops being exact. */
const HIGH_MAX = 0x1f_ffff;

const TYPE_U53: FieldType<number> = {
  name: 'u53',
  size: 8,
  align: 8,
  codec({ struct, field, littleEndian }) {
    const highAt = littleEndian ? 4 : 0;
    const lowAt = 4 - highAt;
    return {
      read(view, at): number {
        const high = view.getUint32(at + highAt, littleEndian);
        const low = view.getUint32(at + lowAt, littleEndian);
        if (high > HIGH_MAX) {
          const value = BigInt(high) * BigInt(WORD) + BigInt(low);
          throw new RangeError(
            `${struct}.${field}: ${value.toString()} is above 2^53 - 1, no exact number`,
          );
        }
        return high * WORD + low;
      },
      write(view, at, value): void {
        if (!Number.isSafeInteger(value) || value < 0) {
          throw new RangeError(`${struct}.${field}: ${value.toString()} is not a u53`);
        }
        view.setUint32(at + highAt, Math.floor(value / WORD), littleEndian);
        view.setUint32(at + lowAt, value % WORD, littleEndian);
      },
    };
  },
};

/**
 * 64 bits on the wire, an exact number here: 0 to 2^53 - 1. For sizes and offsets which never come
 * near that, where a bigint for each access would cost more than it gives.
 *
 * Reading a larger value throws a RangeError which names struct and field; so does writing
 * anything that is not such an integer.
 */
export function u53(offset: number): Field<number> {
  return fieldAt(offset, TYPE_U53, 'value');
}
