import type { AnyObjectClass, MethodRole } from '../declare/index.js';
import type { Call } from './call.js';
import type { ErasedHandler, Values } from './erased.js';

/** What a handler that a driver has written looks like from here. */
type AnyHandler = (...args: unknown[]) => ReturnType<ErasedHandler>;

/** The methods that an implementation may have handlers for, and whether they come after the core's. */
function handled(objectClass: AnyObjectClass): Map<string, MethodRole | 'extended'> {
  const { extension, methods } = objectClass;
  const own = Object.entries(extension?.methods ?? methods);
  const map = new Map<string, MethodRole | 'extended'>(own.map(([name, { role }]) => [name, role]));
  for (const name of Object.keys(extension?.attributes ?? {})) {
    map.set(name, methods[name]?.role === 'class' ? 'class' : 'extended');
  }
  return map;
}

/**
 * Gives the handlers of all roles one form. `this` of a handler is what it was declared in.
 *
 * @throws RangeError for a handler of no method, TypeError for one that is no function
 */
export function eraseHandlers(
  objectClass: AnyObjectClass,
  handlers: object,
): Readonly<Record<string, ErasedHandler>> {
  const roles = handled(objectClass);
  const unknown = Object.keys(handlers).find((name) => !roles.has(name));
  if (unknown !== undefined) {
    throw new RangeError(`the class ${objectClass.name} has no method ${unknown} to implement`);
  }
  const result: Record<string, ErasedHandler> = {};
  for (const [name, role] of roles) {
    const handler = (handlers as Readonly<Record<string, unknown>>)[name];
    if (handler === undefined) {
      continue;
    }
    if (typeof handler !== 'function') {
      throw new TypeError(`the handler of ${objectClass.name}.${name} is not a function`);
    }
    result[name] = eraseHandler(role, (handler as AnyHandler).bind(handlers));
  }
  return result;
}

function eraseHandler(role: MethodRole | 'extended', handler: AnyHandler): ErasedHandler {
  return role === 'create' || role === 'class'
    ? (_state: unknown, args: Values, call: Call) => handler(args, call)
    : handler;
}
