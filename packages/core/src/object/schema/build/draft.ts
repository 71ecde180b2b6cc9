import {
  attributeWireId,
  classWireId,
  methodWireId,
  type AnyObjectClass,
  type Attribute,
  type AttributeSpec,
  type Method,
  type MethodRole,
  type ObjectKind,
} from '../../declare/index.js';
import { ATTRIBUTE_KEYS, METHOD_KEYS } from '../key-space.js';
import { Numbered } from './numbered.js';

/** An attribute whose class may get more of them. */
export interface AttributeDraft {
  readonly name: string;
  readonly wireId: number;
  readonly mandatory: boolean;
  readonly spec: AttributeSpec;
  readonly source: AnyObjectClass;
}

export interface MethodDraft {
  readonly name: string;
  readonly wireId: number;
  readonly role: MethodRole;
  readonly source: AnyObjectClass;
  readonly attributes: Numbered<AttributeDraft>;
  readonly extensions: AnyObjectClass[];
}

export interface ClassDraft {
  readonly objectClass: AnyObjectClass;
  readonly name: string;
  readonly wireId: number;
  readonly kind: ObjectKind;
  readonly methods: Numbered<MethodDraft>;
}

export function draftAttribute(
  source: AnyObjectClass,
  method: Method,
  name: string,
  attribute: Attribute,
): AttributeDraft {
  const { mandatory, spec } = attribute;
  return { name, wireId: attributeWireId(source, method, attribute), mandatory, spec, source };
}

/** Without its attributes. */
export function draftMethod(source: AnyObjectClass, name: string, method: Method): MethodDraft {
  return {
    name,
    wireId: methodWireId(source, method),
    role: method.role,
    source,
    attributes: new Numbered(ATTRIBUTE_KEYS, ({ spec }) => typeOf(spec)),
    extensions: [],
  };
}

function typeOf(spec: AttributeSpec): string {
  return 'out' in spec && spec.out ? `${spec.kind} out` : spec.kind;
}

/** Without its methods. */
export function draftClass(objectClass: AnyObjectClass): ClassDraft {
  const { name, kind } = objectClass;
  const methods = new Numbered<MethodDraft>(METHOD_KEYS, ({ role }) => role);
  return { objectClass, name, wireId: classWireId(objectClass), kind, methods };
}
