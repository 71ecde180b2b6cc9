import { compileRegister, hole, type CompiledRegister } from './compiled-register.js';
import type { AccessMasks } from './masks.js';
import type { RegisterSpec } from './register-spec.js';

/** Largest end of a register: the tables hold every byte up to it. */
const MAX_EXTENT = 2 ** 24;

/**
 * The tables of a layout, made once and shared by all its instances. An instance holds only the bytes of
 * its registers, packed in the order of declaration.
 */
export class CompiledLayout {
  readonly name: string;
  /** Bytes that the layout spans. */
  readonly size: number;
  /** By index; index 0 is the hole. */
  readonly registers: readonly CompiledRegister[];
  readonly byName: ReadonlyMap<string, CompiledRegister>;
  /** For each byte up to the end of the last register, the index of the register that holds it. */
  readonly owners: Uint32Array;
  /** The state of an instance after a reset. */
  readonly image: Uint8Array;
  /** The masks of each byte of the state. */
  readonly masks: AccessMasks<Uint8Array>;

  /** Throws RangeError when the declaration is wrong. */
  constructor(name: string, size: number, specs: readonly RegisterSpec[]) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`register layout ${name}: size ${size} is not a positive integer`);
    }
    this.name = name;
    this.size = size;
    this.registers = compileRegisters(name, size, specs);
    const real = this.registers.slice(1);
    this.byName = new Map(real.map((register) => [register.spec.name, register]));
    this.owners = ownersOf(name, real);
    this.image = pack(real, (register) => register.reset);
    this.masks = {
      readable: pack(real, ({ masks }) => masks.readable),
      take: pack(real, ({ masks }) => masks.take),
      clear: pack(real, ({ masks }) => masks.clear),
      set: pack(real, ({ masks }) => masks.set),
      readClears: pack(real, ({ masks }) => masks.readClears),
    };
  }

  /** The register that holds the byte at `offset`, or the hole. */
  at(offset: number): CompiledRegister {
    return this.registers[this.owners[offset] ?? 0] ?? hole;
  }

  /** Throws RangeError when the layout has no such register. */
  named(name: string): CompiledRegister {
    const register = this.byName.get(name);
    if (register === undefined) {
      throw new RangeError(`register layout ${this.name}: there is no register ${name}`);
    }
    return register;
  }
}

function compileRegisters(
  name: string,
  size: number,
  specs: readonly RegisterSpec[],
): CompiledRegister[] {
  const registers = [hole];
  const names = new Set<string>();
  let slot = 0;
  for (const spec of specs) {
    const where = `register layout ${name}: register ${spec.name}`;
    if (names.has(spec.name)) {
      throw new RangeError(`${where} is declared twice`);
    }
    names.add(spec.name);
    const register = compileRegister(spec, registers.length, slot, where);
    if (spec.offset + spec.width > Math.min(size, MAX_EXTENT)) {
      throw new RangeError(
        `${where} ends at ${spec.offset + spec.width}, beyond ${Math.min(size, MAX_EXTENT)}`,
      );
    }
    registers.push(register);
    slot += spec.width;
  }
  return registers;
}

function ownersOf(name: string, registers: readonly CompiledRegister[]): Uint32Array {
  const extent = registers.reduce((end, { offset, width }) => Math.max(end, offset + width), 0);
  const owners = new Uint32Array(extent);
  for (const { spec, index, offset, width } of registers) {
    for (let i = offset; i < offset + width; i++) {
      const other = registers[(owners[i] ?? 0) - 1];
      if (other !== undefined) {
        throw new RangeError(
          `register layout ${name}: register ${spec.name} overlaps ${other.spec.name}`,
        );
      }
      owners[i] = index;
    }
  }
  return owners;
}

function pack(
  registers: readonly CompiledRegister[],
  value: (register: CompiledRegister) => bigint,
): Uint8Array {
  const bytes = new Uint8Array(registers.reduce((sum, { width }) => sum + width, 0));
  for (const register of registers) {
    for (let i = 0; i < register.width; i++) {
      bytes[register.slot + i] = Number((value(register) >> BigInt(8 * i)) & 0xffn);
    }
  }
  return bytes;
}
