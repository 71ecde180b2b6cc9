import { load, store, toNumber } from './bits.js';
import type { CompiledLayout } from './compiled-layout.js';
import type { CompiledRegister } from './compiled-register.js';
import type { AnyRegisterHook } from './register-hooks.js';

/** Asks the read hook, if there is one, for the value that the register holds from now on. */
export function refresh(
  state: DataView,
  register: CompiledRegister,
  hook: AnyRegisterHook | undefined,
  enables: number,
): void {
  if (hook?.read === undefined) {
    return;
  }
  const value = hook.read(enables);
  if (register.width === 8) {
    state.setBigUint64(register.slot, BigInt(value), true);
  } else {
    store(state, register.slot, register.width, toNumber(value));
  }
}

/** A client reads all of a register of up to 4 bytes. */
export function readWhole(
  state: DataView,
  register: CompiledRegister,
  hook: AnyRegisterHook | undefined,
  data: DataView,
  at: number,
): void {
  refresh(state, register, hook, allEnables(register));
  const { slot, width, narrow } = register;
  const value = load(state, slot, width);
  store(data, at, width, value & narrow.readable);
  if (narrow.readClears !== 0) {
    store(state, slot, width, value & ~narrow.readClears);
  }
}

/** A client writes all of a register of up to 4 bytes. */
export function writeWhole(
  state: DataView,
  register: CompiledRegister,
  hook: AnyRegisterHook | undefined,
  data: DataView,
  at: number,
): void {
  const { slot, width, narrow } = register;
  const written = load(data, at, width);
  const previous = load(state, slot, width);
  const taken = (previous & ~narrow.take) | (written & narrow.take);
  const value = ((taken & ~(written & narrow.clear)) | (written & narrow.set)) >>> 0;
  store(state, slot, width, value);
  hook?.write?.(value, previous, written, allEnables(register));
}

/** A client reads the bytes `[from, until)` of a register. */
export function readPart(
  layout: CompiledLayout,
  state: DataView,
  register: CompiledRegister,
  hook: AnyRegisterHook | undefined,
  from: number,
  until: number,
  data: DataView,
  at: number,
): void {
  refresh(state, register, hook, enablesOf(from, until));
  const { readable, readClears } = layout.masks;
  for (let i = from; i < until; i++) {
    const slot = register.slot + i;
    const byte = state.getUint8(slot);
    data.setUint8(at + i - from, byte & (readable[slot] ?? 0));
    state.setUint8(slot, byte & ~(readClears[slot] ?? 0));
  }
}

/** A client writes the bytes `[from, until)` of a register. */
export function writePart(
  layout: CompiledLayout,
  state: DataView,
  register: CompiledRegister,
  hook: AnyRegisterHook | undefined,
  from: number,
  until: number,
  data: DataView,
  at: number,
): void {
  if (hook?.write === undefined) {
    applyPart(layout, state, register, from, until, data, at);
  } else if (register.width === 8) {
    const previous = state.getBigUint64(register.slot, true);
    let written = previous;
    for (let i = from; i < until; i++) {
      const shift = BigInt(8 * i);
      written &= ~(0xffn << shift);
      written |= BigInt(data.getUint8(at + i - from)) << shift;
    }
    applyPart(layout, state, register, from, until, data, at);
    hook.write(state.getBigUint64(register.slot, true), previous, written, enablesOf(from, until));
  } else {
    const previous = load(state, register.slot, register.width);
    let written = previous;
    for (let i = from; i < until; i++) {
      written = (written & ~(0xff << (8 * i))) | (data.getUint8(at + i - from) << (8 * i));
    }
    applyPart(layout, state, register, from, until, data, at);
    hook.write(
      load(state, register.slot, register.width),
      previous,
      written >>> 0,
      enablesOf(from, until),
    );
  }
}

/** The byte enables of an access to the bytes `[from, until)`. */
function enablesOf(from: number, until: number): number {
  return (1 << until) - (1 << from);
}

function allEnables({ width }: CompiledRegister): number {
  return (1 << width) - 1;
}

function applyPart(
  layout: CompiledLayout,
  state: DataView,
  register: CompiledRegister,
  from: number,
  until: number,
  data: DataView,
  at: number,
): void {
  const { take, clear, set } = layout.masks;
  for (let i = from; i < until; i++) {
    const slot = register.slot + i;
    const written = data.getUint8(at + i - from);
    const taking = take[slot] ?? 0;
    const taken = (state.getUint8(slot) & ~taking) | (written & taking);
    state.setUint8(slot, (taken & ~(written & (clear[slot] ?? 0))) | (written & (set[slot] ?? 0)));
  }
}
