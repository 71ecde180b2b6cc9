import { failure } from '../../../errors/index.js';
import { isSameCoreClass, type AnyObjectClass } from '../../declare/index.js';
import type { DeclaredAttribute, DeclaredClass, DeclaredMethod } from '../declared.js';
import { slotsOf } from '../slots.js';
import type { AttributeDraft, ClassDraft, MethodDraft } from './draft.js';
import { placeOf, type Place } from './place.js';

/**
 * Resolves what handles refer to; nothing is added afterwards.
 *
 * @throws MdevError EINVAL `schema.unknown-target`
 */
export function finish(
  drafts: readonly ClassDraft[],
  extensions: readonly AnyObjectClass[],
): DeclaredClass[] {
  const placeIn = (of: AnyObjectClass): number => {
    const base = extensions.includes(of) ? (of.extension?.base ?? of) : of;
    return drafts.findIndex(
      ({ objectClass }) => objectClass === base || isSameCoreClass(objectClass, base),
    );
  };
  return drafts.map((draft) => ({
    objectClass: draft.objectClass,
    name: draft.name,
    wireId: draft.wireId,
    kind: draft.kind,
    methods: draft.methods.entries().map((method) => finishMethod(draft, method, placeIn)),
  }));
}

/** The place of a class in the schema, -1 for none. */
type PlaceIn = (of: AnyObjectClass) => number;

function finishMethod(draft: ClassDraft, method: MethodDraft, placeIn: PlaceIn): DeclaredMethod {
  const attributes = method.attributes
    .entries()
    .map((attribute) =>
      finishAttribute(attribute, placeIn, placeOf(draft.name, method.name, attribute.name)),
    );
  const { name, wireId, role, source, extensions } = method;
  return { name, wireId, role, source, extensions, attributes, slots: slotsOf(attributes) };
}

function finishAttribute(
  attribute: AttributeDraft,
  placeIn: PlaceIn,
  place: Place,
): DeclaredAttribute {
  const { spec } = attribute;
  const of = spec.kind === 'handle' || spec.kind === 'handles' ? spec.of : undefined;
  const target = of === undefined ? -1 : placeIn(of);
  if (of !== undefined && target < 0) {
    throw failure('schema.unknown-target', { ...place, target: of.name });
  }
  return { ...attribute, target };
}
