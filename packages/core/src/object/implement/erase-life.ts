import type { ErasedLife } from './erased.js';
import type { ObjectLife } from './object-life.js';

const PARTS = ['release', 'descriptor', 'supported', 'supports'] as const;

/**
 * Gives every part of a life its default. `this` of a part is what it was declared in.
 *
 * @throws TypeError for a part that is no function
 */
export function eraseLife<S>(className: string, life: ObjectLife<S>): ErasedLife {
  for (const part of PARTS) {
    const value: unknown = life[part];
    if (value !== undefined && typeof value !== 'function') {
      throw new TypeError(`${part} of the class ${className} is not a function`);
    }
  }
  // The state is always what a create handler of the same implementation answered.
  return {
    release: life.release?.bind(life) as ErasedLife['release'],
    descriptor: life.descriptor?.bind(life) as ErasedLife['descriptor'],
    supported: () => life.supported?.() ?? true,
    supports: (method) => life.supports?.(method) ?? true,
  };
}
