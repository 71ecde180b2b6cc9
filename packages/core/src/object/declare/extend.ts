import type { AttributeMap, Method } from './method.js';
import type { AnyObjectClass, MethodMap, ObjectClass } from './object-class.js';

/** What a driver adds to a class of the core, as data. */
export interface ClassExtension {
  readonly base: AnyObjectClass;
  /** New methods. */
  readonly methods: MethodMap;
  /** New attributes of the methods of the base, by the names of those. */
  readonly attributes: AddedAttributes;
}

/** New attributes of methods, by the names of the methods. */
export type AddedAttributes = Readonly<Record<string, AttributeMap>>;

/** Only of methods that a class has. */
type AddedTo<B extends AnyObjectClass, A> = {
  readonly [M in keyof A]: M extends keyof B['methods'] ? AttributeMap : never;
};

export interface ExtensionSpec<N extends MethodMap, A> {
  readonly methods?: N;
  readonly attributes?: A;
}

type Extend<M extends Method, A> =
  M extends Method<infer R, infer Old> ? (A extends AttributeMap ? Method<R, Old & A> : M) : never;

type Merged<B extends AnyObjectClass, N extends MethodMap, A> = {
  readonly [M in keyof B['methods']]: M extends keyof A
    ? Extend<B['methods'][M], A[M]>
    : B['methods'][M];
} & N;

/** A class of the core with all that a driver adds to it. */
export interface ExtendedClass<
  B extends AnyObjectClass,
  N extends MethodMap,
  A extends AddedAttributes,
> extends ObjectClass<B['name'], Merged<B, N, A> & MethodMap, B['kind']> {
  readonly extension: { readonly base: B; readonly methods: N; readonly attributes: A };
}

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- nothing added is an empty record.
type None = Record<never, never>;

/**
 * Adds methods to a class of the core, and attributes to its methods; both are numbered in the driver's namespace. The
 * result is listed among the driver's classes, implemented and called like any other; what it adds is not there on a device
 * that does not implement it. A method or attribute of the core cannot be replaced: the schema refuses that.
 *
 * Source: Linux include/rdma/uverbs_named_ioctl.h, ADD_UVERBS_METHODS and ADD_UVERBS_ATTRIBUTES_SIMPLE.
 *
 * @throws RangeError for attributes of a method that the base does not have
 */
export function extendClass<
  const B extends AnyObjectClass,
  N extends MethodMap = None,
  A extends AddedAttributes & AddedTo<B, A> = None,
>(base: B, spec: ExtensionSpec<N, A>): ExtendedClass<B, N, A>;
export function extendClass(
  base: AnyObjectClass,
  spec: ExtensionSpec<MethodMap, AddedAttributes>,
): AnyObjectClass {
  const methods = mapValues(spec.methods ?? {}, ofDriver);
  const attributes = mapValues(spec.attributes ?? {}, attributesOfDriver);
  const extended = Object.entries(attributes).map(([name, added]): [string, Method] => {
    const method = Object.hasOwn(base.methods, name) ? base.methods[name] : undefined;
    if (method === undefined) {
      throw new RangeError(`${base.name} has no method ${name} that could be extended`);
    }
    return [name, { ...method, attributes: { ...added, ...method.attributes } }];
  });
  return {
    ...base,
    methods: { ...methods, ...base.methods, ...Object.fromEntries(extended) },
    extension: { base, methods, attributes },
  };
}

function ofDriver(method: Method): Method {
  return { ...method, namespace: 'driver', attributes: attributesOfDriver(method.attributes) };
}

/** All but those that the core answers in a driver's methods. */
function attributesOfDriver(attributes: AttributeMap): AttributeMap {
  return mapValues(attributes, (attribute) => ({ namespace: 'driver' as const, ...attribute }));
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
