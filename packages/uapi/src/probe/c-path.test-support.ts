/**
 * Fields which lie in a union or a struct that has a name of its own in C but none here: the way
 * to them, by struct and field.
 */
export const C_PATHS: ReadonlyMap<string, string> = new Map([
  ['ib_uverbs_attr.elem_id', 'attr_data.enum_data.elem_id'],
  ['ib_uverbs_attr.reserved', 'attr_data.enum_data.reserved'],
  ['ib_uverbs_wc.imm_data', 'ex.imm_data'],
  ['ib_uverbs_wc.invalidate_rkey', 'ex.invalidate_rkey'],
]);
