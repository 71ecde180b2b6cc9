import { failure } from '../../errors/index.js';
import type { ObjectCatalogue } from '../schema/catalogue.js';

/** The catalogue that a device has sent. Throws EPROTO `object.reply` for what is none. */
export function parseCatalogue(parts: readonly Uint8Array[]): ObjectCatalogue {
  const decoder = new TextDecoder();
  const text = parts.map((part) => decoder.decode(part, { stream: true })).join('');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw failure('object.reply', { problem: 'the catalogue is no JSON' }, error);
  }
  if (!isCatalogue(parsed)) {
    throw failure('object.reply', { problem: 'the catalogue is none' });
  }
  return parsed;
}

function isCatalogue(value: unknown): value is ObjectCatalogue {
  return (
    isObject(value) &&
    typeof value['driver'] === 'string' &&
    typeof value['driverId'] === 'number' &&
    isListOf(value['classes'], isClass)
  );
}

function isClass(value: unknown): boolean {
  return (
    isNamed(value) &&
    (value['kind'] === 'handle' || value['kind'] === 'fd') &&
    isListOf(value['methods'], isMethod)
  );
}

function isMethod(value: unknown): boolean {
  return (
    isNamed(value) &&
    typeof value['role'] === 'string' &&
    isListOf(value['attributes'], (attribute) => isNamed(attribute))
  );
}

function isNamed(value: unknown): value is Record<string, unknown> {
  return isObject(value) && typeof value['name'] === 'string' && Number.isInteger(value['id']);
}

function isListOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isElement);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
