import { failure } from '../../../errors/index.js';
import {
  destroyEventSource,
  isSameCoreClass,
  type AnyObjectClass,
  type Attribute,
  type AttributeMap,
  type ClassExtension,
  type Method,
  type Namespace,
} from '../../declare/index.js';
import { CLASS_KEYS } from '../key-space.js';
import { draftAttribute, draftClass, draftMethod, type ClassDraft } from './draft.js';
import { Numbered } from './numbered.js';
import { placeOf } from './place.js';

/** What the core itself answers in a driver's method that destroys something. */
const ANSWERED_BY_CORE: AttributeMap = destroyEventSource(0, {}).attributes;

/** Puts the declarations of the core and of a driver together. */
export class Merge {
  readonly #classes = new Numbered<ClassDraft>(CLASS_KEYS, ({ kind }) => kind);
  readonly #extensions = new Set<AnyObjectClass>();

  /** A class of its own; `owner` is who declares it. */
  add(objectClass: AnyObjectClass, owner: Namespace): void {
    const { name, namespace, methods } = objectClass;
    const place = placeOf(name);
    if (namespace !== owner) {
      throw failure('schema.namespace', { ...place, namespace });
    }
    const draft = draftClass(objectClass);
    this.#classes.add(draft, place);
    for (const [method, declared] of Object.entries(methods)) {
      this.#addMethod(draft, objectClass, method, declared);
    }
  }

  /** What a driver adds to a class of the core. */
  extend(objectClass: AnyObjectClass, { base, methods, attributes }: ClassExtension): void {
    const { name, id, kind, namespace } = objectClass;
    const place = placeOf(name);
    if (this.#extensions.has(objectClass)) {
      throw failure('schema.duplicate', { ...place, number: id, other: name });
    }
    this.#extensions.add(objectClass);
    const draft = this.#classes.named(base.name);
    if (draft === undefined || !isSameCoreClass(draft.objectClass, base)) {
      throw failure('schema.not-core', { ...place, base: base.name });
    }
    if (name !== base.name || id !== base.id || kind !== base.kind || namespace !== 'core') {
      throw failure('schema.type', { ...place, number: id, other: base.name });
    }
    for (const [method, declared] of Object.entries(methods)) {
      this.#addMethod(draft, objectClass, method, declared);
    }
    for (const [method, added] of Object.entries(attributes)) {
      this.#extendMethod(draft, objectClass, method, added);
    }
  }

  classes(): ClassDraft[] {
    return this.#classes.entries();
  }

  #addMethod(draft: ClassDraft, source: AnyObjectClass, name: string, method: Method): void {
    const { name: className } = draft;
    const owner: Namespace = source.extension === undefined ? source.namespace : 'driver';
    const namespace = method.namespace ?? source.namespace;
    if (namespace !== owner) {
      throw failure('schema.namespace', { ...placeOf(className, name), namespace });
    }
    const made = draftMethod(source, name, method);
    draft.methods.add(made, placeOf(className, name));
    for (const [attribute, declared] of Object.entries(method.attributes)) {
      const place = placeOf(className, name, attribute);
      const space = declared.namespace ?? namespace;
      if (space !== owner && !isAnsweredByCore(method, attribute, declared)) {
        throw failure('schema.namespace', { ...place, namespace: space });
      }
      made.attributes.add(draftAttribute(source, method, attribute, declared), place);
    }
  }

  #extendMethod(
    draft: ClassDraft,
    source: AnyObjectClass,
    name: string,
    added: AttributeMap,
  ): void {
    const method = draft.methods.named(name);
    const declared = draft.objectClass.methods[name];
    if (method === undefined || declared === undefined) {
      throw failure('schema.not-core', placeOf(draft.name, name));
    }
    for (const [attribute, of] of Object.entries(added)) {
      const place = placeOf(draft.name, name, attribute);
      if (of.namespace !== 'driver') {
        throw failure('schema.namespace', { ...place, namespace: of.namespace });
      }
      method.attributes.add(draftAttribute(source, declared, attribute, of), place);
    }
    method.extensions.push(source);
  }
}

function isAnsweredByCore(
  { role }: Method,
  name: string,
  { id, mandatory, spec }: Attribute,
): boolean {
  const known = Object.hasOwn(ANSWERED_BY_CORE, name) ? ANSWERED_BY_CORE[name] : undefined;
  return (
    role === 'destroy' &&
    known?.namespace === 'core' &&
    id === known.id &&
    mandatory === known.mandatory &&
    spec.kind === known.spec.kind
  );
}
