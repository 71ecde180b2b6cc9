import type { AttributeSpec, ValueType } from '../declare/index.js';
import type { BoundAttribute, BoundMethod, MethodTree } from './bound.js';
import type { CatalogueAttribute, CatalogueClass, CatalogueMethod } from './catalogue.js';

/**
 * What a device has, for whoever asks.
 *
 * @param handlesOf - the objects of that client, by the number of the class in calls
 */
export function describeTree(
  tree: MethodTree,
  handlesOf: (wireId: number) => readonly number[],
): CatalogueClass[] {
  return tree.classes.map(({ name, wireId, kind, methods }) => ({
    name,
    id: wireId,
    kind,
    methods: methods.map(describeMethod),
    handles: handlesOf(wireId),
  }));
}

function describeMethod({ name, wireId, role, attributes }: BoundMethod): CatalogueMethod {
  return { name, id: wireId, role, attributes: attributes.map(describeAttribute) };
}

function describeAttribute(attribute: BoundAttribute): CatalogueAttribute {
  const { name, wireId, mandatory, spec, target } = attribute;
  const { kind } = spec;
  return {
    name,
    id: wireId,
    mandatory,
    kind,
    out: 'out' in spec ? spec.out : kind === 'handle' && spec.access === 'new',
    ...sizesOf(spec),
    ...('access' in spec ? { access: spec.access } : {}),
    ...(target === undefined ? {} : { target: target.name }),
    ...valuesOf(spec),
  };
}

const VALUE_BYTES: Readonly<Record<ValueType, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  s32: 4,
  u64: 8,
  s64: 8,
};

function sizesOf(spec: AttributeSpec): Pick<CatalogueAttribute, 'min' | 'max'> {
  switch (spec.kind) {
    case 'value':
      return { min: VALUE_BYTES[spec.type], max: VALUE_BYTES[spec.type] };
    case 'struct':
      return { min: spec.layout.size, max: spec.layout.size };
    case 'bytes':
    case 'array':
    case 'handles':
      return { min: spec.min, max: spec.max };
    case 'const':
    case 'flags':
    case 'enum':
    case 'fd':
    case 'handle':
      return {};
  }
}

function valuesOf(spec: AttributeSpec): Pick<CatalogueAttribute, 'values'> {
  switch (spec.kind) {
    case 'const':
      return { values: spec.values };
    case 'flags':
      return { values: spec.bits };
    case 'enum': {
      const ids = Object.entries(spec.members).map(([name, { id }]) => [name, id] as const);
      return { values: Object.fromEntries(ids) };
    }
    case 'value':
    case 'struct':
    case 'bytes':
    case 'array':
    case 'fd':
    case 'handle':
    case 'handles':
      return {};
  }
}
