export { overlay } from './field-type.js';
export type {
  AnyField,
  Field,
  FieldCodec,
  FieldKind,
  FieldPlace,
  FieldType,
} from './field-type.js';
export { s16, s32, s64, s8, u16, u32, u64, u8 } from './integers.js';
export { u53 } from './u53.js';
export { array, bytes, pad, tail } from './sequences.js';
export type { ElementInput, ElementSpec, ElementValue, TailField } from './sequences.js';
export { nested } from './nested.js';
export type { NestedField } from './nested.js';
export { isStruct, struct } from './struct.js';
export type { StructOptions } from './layout.js';
export type {
  AnyStruct,
  FieldMap,
  FieldRow,
  InputOf,
  Struct,
  StructCursor,
  StructInput,
  StructValue,
  StructView,
  ValueOf,
  ViewOf,
} from './struct-types.js';
