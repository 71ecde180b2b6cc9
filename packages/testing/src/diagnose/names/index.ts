export { hex, isZero, valueOf, WIDEST_VALUE } from './bytes.js';
export { DevicePlaces, type AccessPiece, type PlacedRegion } from './device-places.js';
export { observe } from './observe.js';
export {
  fieldsText,
  isReadOnly,
  type NamedRegister,
  type RegionNames,
  type RegisterNames,
} from './register-names.js';
export { tableLines } from './table.js';
