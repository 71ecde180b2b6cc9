import type { DescriptorOperations } from '../../event/descriptor-operations.js';
import type { AnyObjectClass } from '../declare/index.js';
import type { Call } from './call.js';
import type { DestroyReason } from './destroy-reason.js';

/** The values of a call by the names of its attributes. */
export type Values = Record<string, unknown>;

/** A handler without its types, as the dispatcher calls it: `state` is undefined for `create` and `class`. */
export type ErasedHandler = (
  state: unknown,
  args: Values,
  call: Call,
) => Values | undefined | Promise<Values | undefined>;

/** An `ObjectLife` without its types. */
export interface ErasedLife {
  readonly release: ((state: unknown, reason: DestroyReason) => void | Promise<void>) | undefined;
  readonly descriptor: ((state: unknown) => DescriptorOperations) | undefined;
  readonly supported: () => boolean;
  readonly supports: (method: string) => boolean;
}

/** An `Implementation` without its types. A create handler's answer has the property `state`. */
export interface ErasedImplementation {
  readonly objectClass: AnyObjectClass;
  /** By the name of the method. */
  readonly handlers: Readonly<Record<string, ErasedHandler | undefined>>;
  readonly life: ErasedLife;
}
