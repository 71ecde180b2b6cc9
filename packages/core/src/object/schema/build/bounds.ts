import type { AnyStruct } from '@mdevkit/uapi';
import { failure } from '../../../errors/index.js';
import type { AttributeSpec } from '../../declare/index.js';
import { HANDLE_BYTES, MAX_ATTRIBUTE_BYTES } from '../limits.js';
import type { Place } from './place.js';

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A constant is 64 bits with a sign, of which a number keeps 53. */
const CONSTANTS: Range = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
const FLAGS: Range = { min: 0, max: 0xffff_ffff };
/** A u8. */
const ELEMENT_IDS: Range = { min: 0, max: 0xff };

/**
 * Refuses what no call could keep to.
 *
 * @throws MdevError EINVAL `schema.bounds`
 */
export function checkBounds(spec: AttributeSpec, place: Place): void {
  switch (spec.kind) {
    case 'struct':
      checkLayout(spec.layout, place);
      break;
    case 'bytes':
      checkRange(spec, 1, place);
      break;
    case 'array':
      checkRange(spec, spec.type === 'u32' ? 4 : 8, place);
      break;
    case 'handles':
      checkRange(spec, HANDLE_BYTES, place);
      break;
    case 'const':
      checkNumbers(spec.values, 1, CONSTANTS, place);
      break;
    case 'flags':
      checkNumbers(spec.bits, 0, FLAGS, place);
      break;
    case 'enum':
      checkMembers(spec, place);
      break;
    case 'value':
    case 'fd':
    case 'handle':
  }
}

function checkMembers(spec: AttributeSpec & { readonly kind: 'enum' }, place: Place): void {
  const members = Object.entries(spec.members);
  const ids = Object.fromEntries(members.map(([name, { id }]) => [name, id]));
  checkNumbers(ids, 1, ELEMENT_IDS, place);
  for (const [, { layout }] of members) {
    checkLayout(layout, place);
  }
}

/** Nobody would know where the elements behind a struct end. */
function checkLayout({ size, fields }: AnyStruct, place: Place): void {
  if (size > MAX_ATTRIBUTE_BYTES) {
    throw failure('schema.bounds', { ...place, size, largest: MAX_ATTRIBUTE_BYTES });
  }
  const [tail] = Object.entries(fields).find(([, { kind }]) => kind === 'tail') ?? [];
  if (tail !== undefined) {
    throw failure('schema.bounds', { ...place, tail });
  }
}

function checkRange({ min, max }: Range, elementBytes: number, place: Place): void {
  const largest = Math.floor(MAX_ATTRIBUTE_BYTES / elementBytes);
  const integers = Number.isInteger(min) && Number.isInteger(max);
  if (!integers || min < 0 || min > max || max > largest) {
    throw failure('schema.bounds', { ...place, min, max, largest });
  }
}

/** `fewest`: an attribute with no legal value could never be given. */
function checkNumbers(
  numbers: Readonly<Record<string, number>>,
  fewest: number,
  { min, max }: Range,
  place: Place,
): void {
  const values = Object.values(numbers);
  const wrong = values.find(
    (value, i) =>
      !Number.isInteger(value) || value < min || value > max || values.indexOf(value) !== i,
  );
  if (wrong !== undefined || values.length < fewest) {
    throw failure('schema.bounds', { ...place, number: wrong, min, max });
  }
}
