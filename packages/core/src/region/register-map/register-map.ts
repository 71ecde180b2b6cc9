import type { RangeHandler, RegisterPlace } from '../range-handler.js';
import { load, store } from './bits.js';
import type { CompiledLayout } from './compiled-layout.js';
import type { CompiledRegister } from './compiled-register.js';
import { describeRegister, type RegisterRow } from './describe.js';
import { fieldValue, storeField } from './field-value.js';
import { readPart, readWhole, writePart, writeWhole } from './register-access.js';
import type { AnyRegisterHook } from './register-hooks.js';

/**
 * The registers of one device. A client comes through {@link RegisterMap.read} and
 * {@link RegisterMap.write}, where access kinds apply bit by bit to the bytes touched and hooks are called;
 * the device itself uses `get`, `set` and their kin, which see and change every bit and call no hook.
 * Bytes that no register holds read as zero and ignore writes.
 *
 * An access over several registers serves them in ascending order, each with its hook before the next.
 * What a hook throws comes through; the registers before, and a register being written, keep their change.
 */
export class RegisterMap<Name extends string> implements RangeHandler {
  readonly #layout: CompiledLayout;
  readonly #hooks: readonly (AnyRegisterHook | undefined)[];
  readonly #state: DataView;

  /** @internal Use `RegisterLayout.instantiate`. */
  constructor(layout: CompiledLayout, hooks: readonly (AnyRegisterHook | undefined)[]) {
    this.#layout = layout;
    this.#hooks = hooks;
    this.#state = new DataView(layout.image.slice().buffer);
  }

  /** Bytes that the layout spans. */
  get size(): number {
    return this.#layout.size;
  }

  /** A client reads any bytes at any offset. Returns `length`. */
  read(offset: number, data: DataView, at: number, length: number): number {
    const layout = this.#layout;
    let done = 0;
    while (done < length) {
      const register = layout.at(offset + done);
      const { width } = register;
      if (width === 0) {
        data.setUint8(at + done++, 0);
        continue;
      }
      const hook = this.#hooks[register.index];
      const from = offset + done - register.offset;
      const until = Math.min(width, from + length - done);
      if (until - from === width && width !== 8) {
        readWhole(this.#state, register, hook, data, at + done);
      } else {
        readPart(layout, this.#state, register, hook, from, until, data, at + done);
      }
      done += until - from;
    }
    return length;
  }

  /** A client writes any bytes at any offset. Returns `length`. */
  write(offset: number, data: DataView, at: number, length: number): number {
    const layout = this.#layout;
    let done = 0;
    while (done < length) {
      const register = layout.at(offset + done);
      const { width } = register;
      if (width === 0) {
        done++;
        continue;
      }
      const hook = this.#hooks[register.index];
      const from = offset + done - register.offset;
      const until = Math.min(width, from + length - done);
      if (until - from === width && width !== 8) {
        writeWhole(this.#state, register, hook, data, at + done);
      } else {
        writePart(layout, this.#state, register, hook, from, until, data, at + done);
      }
      done += until - from;
    }
    return length;
  }

  /** Every register to its reset value; calls no hook. */
  reset(): void {
    new Uint8Array(this.#state.buffer).set(this.#layout.image);
  }

  registerAt(offset: number): RegisterPlace | undefined {
    const { index, masks, spec, offset: start, width } = this.#layout.at(offset);
    if (width === 0) {
      return undefined;
    }
    const writable =
      (masks.take | masks.clear | masks.set) !== 0n || this.#hooks[index]?.write !== undefined;
    return { name: spec.name, offset: start, width, writable };
  }

  /** The stored value, unsigned. Throws TypeError for a register of 8 bytes. */
  get(name: Name): number {
    const { slot, width } = this.#narrow(name);
    return load(this.#state, slot, width);
  }

  /**
   * Stores a value, modulo 2^(8 * width), so that results of the signed bit operators fit. Throws TypeError
   * for a register of 8 bytes.
   */
  set(name: Name, value: number): void {
    const { slot, width } = this.#narrow(name);
    store(this.#state, slot, width, value);
  }

  /** The stored value of a register of 8 bytes. Throws TypeError for others. */
  get64(name: Name): bigint {
    return this.#state.getBigUint64(this.#wide(name).slot, true);
  }

  /** Stores a value in a register of 8 bytes, modulo 2^64. Throws TypeError for others. */
  set64(name: Name, value: bigint): void {
    this.#state.setBigUint64(this.#wide(name).slot, value, true);
  }

  /** The stored value of a field. Throws RangeError for an unknown field, or one wider than 53 bits. */
  field(name: Name, field: string): number {
    const value = fieldValue(this.#state, this.#layout.named(name), field);
    if (typeof value === 'bigint') {
      throw new RangeError(`register ${name}: field ${field} does not fit a number, use get64`);
    }
    return value;
  }

  /** Stores a field. Throws RangeError for an unknown field and for a value that does not fit it. */
  setField(name: Name, field: string, value: number): void {
    storeField(this.#state, this.#layout.named(name), field, value);
  }

  /** The stored values, in the order of declaration, for people and tools. No side effects, no hooks. */
  describe(): RegisterRow[] {
    return this.#layout.registers
      .slice(1)
      .map((register) => describeRegister(this.#state, register));
  }

  #narrow(name: Name): CompiledRegister {
    const register = this.#layout.named(name);
    if (register.width === 8) {
      throw new TypeError(`register ${name} is 8 bytes wide, use get64 and set64`);
    }
    return register;
  }

  #wide(name: Name): CompiledRegister {
    const register = this.#layout.named(name);
    if (register.width !== 8) {
      throw new TypeError(`register ${name} is ${register.width} bytes wide, use get and set`);
    }
    return register;
  }
}
