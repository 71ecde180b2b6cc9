import { failure } from '../../../errors/index.js';
import type { AttributeSpec, HandleAccess, MethodRole, ObjectKind } from '../../declare/index.js';
import { checkBounds } from './bounds.js';
import type { AttributeDraft, ClassDraft, MethodDraft } from './draft.js';
import { placeOf } from './place.js';

/** What a method does with the handle of its own class. */
const OWN_ACCESS: Readonly<Record<MethodRole, readonly HandleAccess[]>> = {
  create: ['new'],
  destroy: ['destroy'],
  instance: ['read', 'write'],
  class: [],
};

/** What a create handler's answer carries beside the attributes. */
const STATE = 'state';

type HandleSpec = AttributeSpec & { readonly kind: 'handle' };
type HandleDraft = AttributeDraft & { readonly spec: HandleSpec };

function isHandle(attribute: AttributeDraft): attribute is HandleDraft {
  return attribute.spec.kind === 'handle';
}

/**
 * Checks a method that has all its attributes.
 *
 * Source: Linux drivers/infiniband/core/uverbs_uapi.c, uapi_finalize_ioctl_method.
 *
 * @throws MdevError EINVAL
 */
export function checkMethod(draft: ClassDraft, method: MethodDraft): void {
  const attributes = method.attributes.entries();
  checkHandles(draft, method, attributes.filter(isHandle));
  for (const { name, spec } of attributes) {
    const place = placeOf(draft.name, method.name, name);
    if (method.role === 'create' && name === STATE) {
      throw failure('schema.malformed', { ...place, property: 'name' });
    }
    checkAccess(spec, draft.kind, place);
    checkBounds(spec, place);
  }
}

function checkHandles(
  draft: ClassDraft,
  { name, role }: MethodDraft,
  handles: readonly HandleDraft[],
): void {
  const place = placeOf(draft.name, name);
  const made = handles.filter(({ spec }) => spec.access === 'new' || spec.access === 'destroy');
  if (made.length > 1) {
    throw failure('schema.two-handles', { ...place, attribute: made[1]?.name });
  }
  const own = handles.filter((handle) => handle.spec.of === undefined || made.includes(handle));
  const optional = own.find(({ mandatory }) => !mandatory);
  if (optional !== undefined) {
    throw failure('schema.optional-handle', { ...place, attribute: optional.name });
  }
  const accesses = OWN_ACCESS[role];
  const fitting = own.filter(({ spec }) => spec.of === undefined && accesses.includes(spec.access));
  const wanted = accesses.length === 0 ? 0 : 1;
  if (own.length !== wanted || fitting.length !== wanted) {
    throw failure('schema.role', { ...place, role });
  }
  if (draft.kind === 'fd' && role === 'destroy') {
    throw failure('schema.role', { ...place, role, kind: draft.kind });
  }
  const parent = handles.find(({ spec }) => spec.parent);
  if (parent !== undefined && role !== 'create') {
    throw failure('schema.role', { ...place, role, attribute: parent.name });
  }
}

/** What a call may do with objects of a kind. */
function checkAccess(
  spec: AttributeSpec,
  own: ObjectKind,
  place: ReturnType<typeof placeOf>,
): void {
  if (spec.kind === 'handles') {
    // What the types forbid, JavaScript may say.
    const access: string = spec.access;
    const isRead = access === 'read' || access === 'write';
    if (!isRead || spec.of.kind === 'fd') {
      throw failure('schema.array-access', { ...place, access, kind: spec.of.kind });
    }
  }
  if (spec.kind === 'handle' && spec.access === 'write' && (spec.of?.kind ?? own) === 'fd') {
    throw failure('schema.descriptor-access', place);
  }
}

/**
 * Checks a class that has all its methods.
 *
 * @throws MdevError EINVAL
 */
export function checkClass(draft: ClassDraft): void {
  const methods = draft.methods.entries();
  for (const method of methods) {
    checkMethod(draft, method);
  }
  const unreachable = methods.find(({ role }) => role === 'instance' || role === 'destroy');
  if (unreachable !== undefined && !methods.some(({ role }) => role === 'create')) {
    throw failure('schema.role', {
      ...placeOf(draft.name, unreachable.name),
      role: unreachable.role,
    });
  }
}
