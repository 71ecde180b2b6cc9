import { failure } from '../../errors/index.js';
import type { DescriptorOperations } from '../../event/descriptor-operations.js';

const MANDATORY = ['poll', 'onChange', 'read', 'closed'] as const;

/**
 * What a driver says stands behind a descriptor, which may be anything if it is plain JavaScript. Throws EIO `object.answer`.
 */
export function requireOperations(operations: unknown, className: string): DescriptorOperations {
  if (typeof operations !== 'object' || operations === null) {
    throw failure('object.answer', { class: className, problem: 'no descriptor' });
  }
  const made = operations as Readonly<Record<string, unknown>>;
  const missing = MANDATORY.find((name) => typeof made[name] !== 'function');
  const ioctl = made['ioctl'];
  if (missing !== undefined || (ioctl !== undefined && typeof ioctl !== 'function')) {
    throw failure('object.answer', { class: className, missing: missing ?? 'ioctl' });
  }
  return operations as DescriptorOperations;
}

/** A mask of events, or a number of bytes. Throws EIO `object.answer`. */
export function requireCount(what: string, value: unknown): number {
  if (typeof value !== 'number' || value >>> 0 !== value) {
    throw failure('object.answer', { handler: what, answer: typeof value });
  }
  return value;
}

/** What an operation answers. Throws EIO `object.answer`. */
export function requireBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) {
    throw failure('object.answer', { handler: 'ioctl', answer: typeof value });
  }
  return value;
}

/** What a subscription answers. Throws EIO `object.answer`. */
export function requireDisposable(value: unknown): Disposable {
  const isOne =
    typeof value === 'object' &&
    value !== null &&
    Symbol.dispose in value &&
    typeof value[Symbol.dispose] === 'function';
  if (!isOne) {
    throw failure('object.answer', { handler: 'onChange', answer: typeof value });
  }
  return value as Disposable;
}
