import { failure } from '../../../errors/index.js';
import type { AnyObjectClass, AttributeSpec } from '../../declare/index.js';
import { placeOf, type Place } from './place.js';

/*
 * A driver may be plain JavaScript: what the types promise is looked at once, and relied on afterwards.
 */

type Unknowns = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;
type Checks = Readonly<Record<string, Check>>;

const NAME = /^[A-Za-z]\w{0,63}$/;

function isObject(value: unknown): value is Unknowns {
  return typeof value === 'object' && value !== null;
}

function oneOf(...values: unknown[]): Check {
  return (value) => values.includes(value);
}

const isBoolean: Check = (value) => typeof value === 'boolean';
const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isId: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isNamespace: Check = oneOf(undefined, 'core', 'driver');
const isLayout: Check = (value) =>
  isObject(value) &&
  ['decode', 'encode'].every((name) => typeof value[name] === 'function') &&
  isId(value['size']) &&
  isRecordOf((field) => follows(field, { kind: isString }))(value['fields']);

/** Names become names of properties: none that every object has. */
const isName: Check = (value) => typeof value === 'string' && NAME.test(value) && !(value in {});

function isRecordOf(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

function follows(value: unknown, checks: Checks): boolean {
  return isObject(value) && Object.entries(checks).every(([key, check]) => check(value[key]));
}

const CLASS: Checks = {
  name: isName,
  id: isId,
  namespace: oneOf('core', 'driver'),
  kind: oneOf('handle', 'fd'),
  methods: isObject,
};

const METHOD: Checks = {
  id: isId,
  namespace: isNamespace,
  role: oneOf('create', 'destroy', 'instance', 'class'),
  attributes: isObject,
};

const isClass: Check = (value) => follows(value, CLASS);

const SPECS: Readonly<Record<AttributeSpec['kind'], Checks>> = {
  value: { out: isBoolean, type: oneOf('u8', 'u16', 'u32', 's32', 'u64', 's64') },
  struct: { out: isBoolean, layout: isLayout, zeroTrailing: isBoolean },
  bytes: { out: isBoolean, min: isNumber, max: isNumber, zeroTrailing: isBoolean },
  array: { out: isBoolean, type: oneOf('u32', 'u64'), min: isNumber, max: isNumber },
  const: { values: isRecordOf(isNumber) },
  flags: { bits: isRecordOf(isNumber) },
  enum: { members: isRecordOf((member) => follows(member, { id: isNumber, layout: isLayout })) },
  fd: {},
  handle: {
    access: oneOf('read', 'write', 'new', 'destroy'),
    of: (value) => value === undefined || isClass(value),
    parent: isBoolean,
  },
  handles: {
    access: oneOf('read', 'write', 'new', 'destroy'),
    of: isClass,
    min: isNumber,
    max: isNumber,
  },
};

const isSpec: Check = (value) => {
  const kind = isObject(value) ? value['kind'] : undefined;
  return typeof kind === 'string' && Object.hasOwn(SPECS, kind)
    ? follows(value, SPECS[kind as AttributeSpec['kind']])
    : false;
};

const ATTRIBUTE: Checks = {
  id: isId,
  namespace: isNamespace,
  mandatory: isBoolean,
  spec: isSpec,
};

function demand(value: unknown, checks: Checks, place: Place): asserts value is Unknowns {
  if (!isObject(value)) {
    throw failure('schema.malformed', place);
  }
  const wrong = Object.keys(checks).find((key) => checks[key]?.(value[key]) !== true);
  if (wrong !== undefined) {
    throw failure('schema.malformed', { ...place, property: wrong });
  }
}

function demandName(name: string, place: Place): void {
  if (!isName(name)) {
    throw failure('schema.malformed', { ...place, property: 'name' });
  }
}

function demandAttributes(attributes: unknown, className: string, method: string): void {
  demand(attributes, {}, placeOf(className, method));
  for (const [name, attribute] of Object.entries(attributes)) {
    const place = placeOf(className, method, name);
    demandName(name, place);
    demand(attribute, ATTRIBUTE, place);
  }
}

function demandMethods(methods: unknown, className: string): void {
  demand(methods, {}, placeOf(className));
  for (const [name, method] of Object.entries(methods)) {
    const place = placeOf(className, name);
    demandName(name, place);
    demand(method, METHOD, place);
    demandAttributes(method['attributes'], className, name);
  }
}

function demandClass(value: unknown): void {
  const name = isObject(value) ? value['name'] : undefined;
  const className = typeof name === 'string' ? name : undefined;
  demand(value, CLASS, placeOf(className));
  const { extension } = value;
  if (extension === undefined) {
    demandMethods(value['methods'], String(className));
    return;
  }
  demand(extension, { base: isClass, attributes: isObject }, placeOf(className));
  demandMethods(extension['methods'], String(className));
  for (const [method, added] of Object.entries(extension['attributes'] as Unknowns)) {
    demandAttributes(added, String(className), method);
  }
}

/**
 * Whether these are declarations at all, down to the last attribute.
 *
 * @throws MdevError EINVAL `schema.malformed`, with the property that is wrong
 */
export function demandClasses(classes: unknown): asserts classes is readonly AnyObjectClass[] {
  if (!Array.isArray(classes)) {
    throw failure('schema.malformed', { property: 'classes' });
  }
  for (const value of classes as readonly unknown[]) {
    demandClass(value);
  }
}
