import type { RegisterSpec } from './register-spec.js';

/** What the device does when a client touches a register. `V` is number, bigint for a width of 8. */
export interface RegisterHook<V> {
  /**
   * The value to be read now, for status that is computed on the fly. Called once per access that touches
   * the register, before `rc` clears; the value, modulo 2^(8 * width), becomes the stored one. `enables` are
   * the byte enables of the access: bit n is set if it touches byte n of the register.
   */
  read?(enables: number): V;
  /**
   * Called once per access that touches the register, after the masks were applied and the register holds
   * `value`. `written` is what the client wrote (bytes that it did not touch hold the previous value) and
   * `previous` what the register held before. A client that writes a register of 8 bytes in two halves
   * makes two accesses, and two calls. `enables` as for {@link read}.
   */
  write?(value: V, previous: V, written: V, enables: number): void;
}

/** Names of the registers that are 8 bytes wide, where the declaration is literal. */
export type WideNames<R extends readonly RegisterSpec[]> = Extract<
  R[number],
  { readonly width: 8 }
>['name'];

/** Type of a register's value; open where the declaration is not literal. */
export type RegisterValue<Name extends string, Wide extends string> = string extends Name
  ? number | bigint
  : Name extends Wide
    ? bigint
    : number;

/** Hooks by register; `Wide` are the names of the registers of 8 bytes. */
export type RegisterHooks<Name extends string, Wide extends string = never> = {
  readonly [N in Name]?: RegisterHook<RegisterValue<N, Wide>>;
};

/** A hook where the width is known only at run time. */
export type AnyRegisterHook = RegisterHook<number | bigint>;
