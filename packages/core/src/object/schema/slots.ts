import { ATTRIBUTE_KEYS, keyOf } from './key-space.js';

/** The slot of each place of attributes, -1 for none: a slot is an index of `attributes`. */
export function slotsOf(attributes: readonly { readonly wireId: number }[]): Int8Array {
  const slots = new Int8Array(ATTRIBUTE_KEYS.core + ATTRIBUTE_KEYS.driver).fill(-1);
  attributes.forEach(({ wireId }, slot) => {
    slots[keyOf(ATTRIBUTE_KEYS, wireId)] = slot;
  });
  return slots;
}
