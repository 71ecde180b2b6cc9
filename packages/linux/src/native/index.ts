export { AddressRange } from './address-range.js';
export { NativeBuffer } from './native-buffer.js';
