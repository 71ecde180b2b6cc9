import type { AnyObjectClass } from '../../declare/index.js';
import type { ErasedHandler, ErasedImplementation, ErasedLife } from '../../implement/index.js';
import type { DeclaredAttribute, DeclaredClass, DeclaredMethod } from '../declared.js';

/** A method that a device has. */
export interface LiveMethod {
  readonly declared: DeclaredMethod;
  readonly attributes: readonly DeclaredAttribute[];
  readonly handlers: readonly ErasedHandler[];
}

/** A class that a device has. */
export interface LiveClass {
  readonly declared: DeclaredClass;
  readonly life: ErasedLife;
  readonly methods: readonly LiveMethod[];
}

/** By the class or the extension that they implement. */
export type Implementations = ReadonlyMap<AnyObjectClass, ErasedImplementation>;

/**
 * Leaves out what a device does not support, and then all that nobody could call: a method that needs an object which
 * cannot be made, and a class without methods. Undefined in the place of a class that is gone.
 *
 * Source: Linux drivers/infiniband/core/uverbs_uapi.c, uapi_finalize_disable.
 */
export function prune(
  classes: readonly DeclaredClass[],
  implementations: Implementations,
): (LiveClass | undefined)[] {
  const supported = supportedOnly(implementations);
  const methods = classes.map((declared) => implemented(declared, supported));
  for (let isStable = false; !isStable;) {
    const makes = methods.map(canBeMade);
    isStable = true;
    methods.forEach((live, place) => {
      const left = live.filter((method) => isCallable(method, makes[place] === true, makes));
      isStable &&= left.length === live.length;
      methods[place] = left;
    });
  }
  const makes = methods.map(canBeMade);
  return classes.map((declared, place) => {
    const life = supported.get(declared.objectClass)?.life;
    const live = methods[place]?.map((method) => withoutGone(method, makes)) ?? [];
    return life === undefined || live.length === 0 ? undefined : { declared, life, methods: live };
  });
}

function supportedOnly(implementations: Implementations): Implementations {
  return new Map([...implementations].filter(([, { life }]) => life.supported()));
}

/** The methods of a class that are there, whatever they need. */
function implemented(declared: DeclaredClass, supported: Implementations): LiveMethod[] {
  if (!supported.has(declared.objectClass)) {
    return [];
  }
  return declared.methods.flatMap((method) => {
    const source = supported.get(method.source);
    const handler = source?.handlers[method.name];
    const isThere = handler !== undefined || method.role === 'destroy';
    if (!isThere || source?.life.supports(method.name) !== true) {
      return [];
    }
    const added = method.extensions.flatMap((extension) => {
      const { handlers, life } = supported.get(extension) ?? {};
      const then = handlers?.[method.name];
      return then !== undefined && life?.supports(method.name) === true
        ? [{ extension, then }]
        : [];
    });
    const sources = [method.source, ...added.map(({ extension }) => extension)];
    const attributes = method.attributes.filter((attribute) => sources.includes(attribute.source));
    const handlers = [handler, ...added.map(({ then }) => then)].filter((one) => one !== undefined);
    return [{ declared: method, attributes, handlers }];
  });
}

/** Whether there can be an object of a class that has these methods left. */
function canBeMade(methods: readonly LiveMethod[]): boolean {
  return methods.some(({ declared }) => declared.role === 'create');
}

function isCallable(
  { declared, attributes }: LiveMethod,
  hasObjects: boolean,
  makes: readonly boolean[],
): boolean {
  const needsObject = declared.role === 'instance' || declared.role === 'destroy';
  return (
    (hasObjects || !needsObject) &&
    attributes.every(({ mandatory, target }) => !mandatory || target < 0 || makes[target] === true)
  );
}

/** An optional handle of a class that is gone is an attribute that nobody knows. */
function withoutGone(method: LiveMethod, makes: readonly boolean[]): LiveMethod {
  const { attributes } = method;
  const left = attributes.filter(({ target }) => target < 0 || makes[target] === true);
  return left.length === attributes.length ? method : { ...method, attributes: left };
}
