import { CompiledLayout } from './compiled-layout.js';
import type { AnyRegisterHook, RegisterHooks, WideNames } from './register-hooks.js';
import { RegisterMap } from './register-map.js';
import type { RegisterSpec } from './register-spec.js';

/**
 * A declared set of registers, compiled once and shared by every device of a model. Made with
 * {@link registerLayout}. `Wide` are the names of the registers that are 8 bytes wide.
 */
export class RegisterLayout<Name extends string, Wide extends string = never> {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** As declared. */
  readonly registers: readonly RegisterSpec[];
  readonly #compiled: CompiledLayout;
  readonly #noHooks: readonly undefined[];

  /** Throws RangeError when the declaration is wrong; the message names layout and register. */
  constructor(name: string, size: number, registers: readonly RegisterSpec[]) {
    this.#compiled = new CompiledLayout(name, size, registers);
    this.#noHooks = this.#compiled.registers.map(() => undefined);
    this.name = name;
    this.size = size;
    this.registers = registers;
  }

  /** Where a register is, in bytes from the start of the layout: the client's side of a register map. */
  offsetOf(name: Name): number {
    return this.#compiled.named(name).offset;
  }

  /**
   * The registers of one device, at their reset values. An instance costs the bytes of its registers, and
   * one word per register when it has hooks. Throws RangeError for a hook of an unknown register.
   */
  instantiate(hooks?: RegisterHooks<Name, Wide>): RegisterMap<Name> {
    return new RegisterMap(
      this.#compiled,
      hooks === undefined ? this.#noHooks : this.#compileHooks(hooks),
    );
  }

  #compileHooks(
    hooks: Readonly<Record<string, AnyRegisterHook | undefined>>,
  ): readonly (AnyRegisterHook | undefined)[] {
    const compiled: (AnyRegisterHook | undefined)[] = [...this.#noHooks];
    for (const [name, hook] of Object.entries(hooks)) {
      compiled[this.#compiled.named(name).index] = hook;
    }
    return compiled;
  }
}

/**
 * Declares registers: names become types, and mistakes (overlaps, registers out of `size`, fields outside
 * of their register, duplicate names, resets and masks beyond the width) throw RangeError.
 *
 * @example
 * const layout = registerLayout('timer', 16, [
 *   { name: 'CTRL', offset: 0, width: 4, access: 'rw', fields: { ENABLE: { bits: 0 } } },
 *   { name: 'STATUS', offset: 4, width: 4, access: 'w1c' },
 * ]);
 * const registers = layout.instantiate({ CTRL: { write: (value) => start(value & 1) } });
 */
export function registerLayout<const R extends readonly RegisterSpec[]>(
  name: string,
  size: number,
  registers: R,
): RegisterLayout<R[number]['name'], WideNames<R>> {
  return new RegisterLayout(name, size, registers);
}
