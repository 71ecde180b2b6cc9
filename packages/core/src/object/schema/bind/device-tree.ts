import type { AnyObjectClass, MethodRole, ObjectKind } from '../../declare/index.js';
import type { ErasedHandler, ErasedLife } from '../../implement/index.js';
import type { BoundAttribute, BoundClass, BoundMethod, MethodTree } from '../bound.js';
import type { DeclaredAttribute, DeclaredClass } from '../declared.js';
import { ATTRIBUTE_KEYS, CLASS_KEYS, keyOf, METHOD_KEYS } from '../key-space.js';
import { slotsOf } from '../slots.js';
import type { LiveClass, LiveMethod } from './prune.js';

/** The class in a place of the schema, if the device has it. */
type TargetAt = (place: number) => BoundClass | undefined;

class DeviceMethod implements BoundMethod {
  readonly owner: BoundClass;
  readonly name: string;
  readonly wireId: number;
  readonly role: MethodRole;
  readonly attributes: readonly BoundAttribute[];
  readonly mandatory: readonly number[];
  readonly handleSlot: number;
  readonly handlers: readonly ErasedHandler[];
  readonly #slots: Int8Array;

  constructor(
    owner: BoundClass,
    { declared, attributes, handlers }: LiveMethod,
    targetAt: TargetAt,
  ) {
    this.owner = owner;
    this.name = declared.name;
    this.wireId = declared.wireId;
    this.role = declared.role;
    this.handlers = handlers;
    this.attributes = attributes.map((attribute, slot) =>
      bindAttribute(attribute, slot, isOwn(attribute) ? owner : targetAt(attribute.target)),
    );
    this.mandatory = this.attributes.filter(({ mandatory }) => mandatory).map(({ slot }) => slot);
    this.handleSlot = attributes.findIndex(isOwn);
    const isWhole = attributes.length === declared.attributes.length;
    this.#slots = isWhole ? declared.slots : slotsOf(attributes);
  }

  slotOf(wireId: number): number {
    return this.#slots[keyOf(ATTRIBUTE_KEYS, wireId)] ?? -1;
  }
}

function isOwn({ spec }: DeclaredAttribute): boolean {
  return spec.kind === 'handle' && spec.of === undefined;
}

function bindAttribute(
  { name, wireId, mandatory, spec }: DeclaredAttribute,
  slot: number,
  target: BoundClass | undefined,
): BoundAttribute {
  return { name, wireId, slot, mandatory, spec, target };
}

class DeviceClass implements BoundClass {
  readonly objectClass: AnyObjectClass;
  readonly name: string;
  readonly wireId: number;
  readonly kind: ObjectKind;
  readonly life: ErasedLife;
  #methods: readonly BoundMethod[] = [];
  #byKey: readonly (BoundMethod | undefined)[] = [];

  constructor({ objectClass, name, wireId, kind }: DeclaredClass, life: ErasedLife) {
    this.objectClass = objectClass;
    this.name = name;
    this.wireId = wireId;
    this.kind = kind;
    this.life = life;
  }

  get methods(): readonly BoundMethod[] {
    return this.#methods;
  }

  /** Once, when all classes are there for the methods to refer to. */
  fill(methods: readonly LiveMethod[], targetAt: TargetAt): void {
    this.#methods = methods.map((method) => new DeviceMethod(this, method, targetAt));
    this.#byKey = byKey(METHOD_KEYS, this.#methods);
  }

  methodAt(methodId: number): BoundMethod | undefined {
    return this.#byKey[keyOf(METHOD_KEYS, methodId)];
  }
}

function byKey<T extends { readonly wireId: number }>(
  space: { readonly core: number; readonly driver: number },
  entries: readonly T[],
): (T | undefined)[] {
  const places = new Array<T | undefined>(space.core + space.driver).fill(undefined);
  for (const entry of entries) {
    places[keyOf(space, entry.wireId)] = entry;
  }
  return places;
}

/** The methods of one device. A look-up is one access of an array for each number. */
export class DeviceTree implements MethodTree {
  readonly classes: readonly BoundClass[];
  readonly #byKey: readonly (DeviceClass | undefined)[];

  constructor(live: readonly (LiveClass | undefined)[]) {
    const made = live.map((one) => one && new DeviceClass(one.declared, one.life));
    live.forEach((one, place) => {
      made[place]?.fill(one?.methods ?? [], (target) => made[target]);
    });
    const classes = made.filter((one) => one !== undefined);
    this.classes = classes;
    this.#byKey = byKey(CLASS_KEYS, classes);
  }

  method(objectId: number, methodId: number): BoundMethod | undefined {
    return this.#byKey[keyOf(CLASS_KEYS, objectId)]?.methodAt(methodId);
  }

  classAt(objectId: number): BoundClass | undefined {
    return this.#byKey[keyOf(CLASS_KEYS, objectId)];
  }
}
