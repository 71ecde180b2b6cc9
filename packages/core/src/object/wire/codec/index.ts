export type { AttributeCodec } from './attribute-codec.js';
export { codecOf, isOut } from './codec-of.js';
