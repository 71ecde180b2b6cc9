import type { AttributeSpec } from '../../declare/index.js';
import { ArrayCodec } from './array-codec.js';
import type { AttributeCodec } from './attribute-codec.js';
import { BytesCodec } from './bytes-codec.js';
import { ConstCodec, FlagsCodec } from './choice-codecs.js';
import { EnumCodec } from './enum-codec.js';
import { StructCodec } from './struct-codec.js';
import { ValueCodec } from './value-codec.js';

/** How an attribute travels; undefined for handles and descriptors, which are more than their bytes. */
export function codecOf(spec: AttributeSpec): AttributeCodec | undefined {
  switch (spec.kind) {
    case 'value':
      return new ValueCodec(spec.type);
    case 'struct':
      return new StructCodec(spec.layout, spec.zeroTrailing);
    case 'bytes':
      return new BytesCodec(spec);
    case 'array':
      return new ArrayCodec(spec);
    case 'const':
      return new ConstCodec(spec.values);
    case 'flags':
      return new FlagsCodec(spec.bits);
    case 'enum':
      return new EnumCodec(spec.members);
    case 'fd':
    case 'handle':
    case 'handles':
      return undefined;
  }
}

/** Whether the client gets the attribute, rather than gives it. */
export function isOut(spec: AttributeSpec): boolean {
  return 'out' in spec && spec.out;
}
