import type { defineDriver } from '@mdevkit/core';

/** What a model throws on purpose, to be told from a mistake of the code that is tested. */
export class DeliberateError extends Error {
  override readonly name = 'DeliberateError';
}

/** A device that is fuzzed. */
export interface FuzzModel {
  readonly name: string;
  readonly driver: ReturnType<typeof defineDriver>;
  readonly parent: string;
  readonly type: string;
  /** 32 bits that always read the same. */
  readonly identity: { readonly region: number; readonly offset: number; readonly value: number };
}
