import type { FieldSpec, RegisterAccess, RegisterSpec } from './register-spec.js';

/** What a hook was called with. */
export type HookCall =
  | readonly ['read', string]
  | readonly ['write', string, value: bigint, previous: bigint, written: bigint];

/** Which hooks a register has. */
export interface Hooked {
  readonly read: boolean;
  readonly write: boolean;
}

/** What the nth call of a read hook answers. */
export function hookValue(name: string, nth: number, width: number): bigint {
  let hash = BigInt(nth + 1);
  for (const character of `${name}/${nth}`) {
    hash = (hash * 1_099_511_628_211n) ^ BigInt(character.charCodeAt(0) * 2_654_435_761);
  }
  return BigInt.asUintN(width * 8, hash);
}

/** Registers bit by bit, as their declaration reads: slow, and without any table or mask. */
export class NaiveRegisters {
  readonly calls: HookCall[] = [];
  readonly #bits = new Map<string, boolean[]>();
  readonly #reads = new Map<string, number>();
  readonly #specs: readonly RegisterSpec[];
  readonly #hooked: ReadonlyMap<string, Hooked>;

  /** `specs` by ascending offset. */
  constructor(specs: readonly RegisterSpec[], hooked: ReadonlyMap<string, Hooked>) {
    this.#specs = specs;
    this.#hooked = hooked;
    this.reset();
  }

  reset(): void {
    for (const spec of this.#specs) {
      const bits = toBits(BigInt(spec.reset ?? 0), spec.width * 8);
      for (const field of Object.values(spec.fields ?? {})) {
        const [high, low] = rangeOf(field);
        for (let bit = low; bit <= high && field.reset !== undefined; bit++) {
          bits[bit] = Math.floor(field.reset / 2 ** (bit - low)) % 2 === 1;
        }
      }
      this.#bits.set(spec.name, bits);
    }
  }

  value(name: string): bigint {
    return fromBits(this.#bits.get(name) ?? []);
  }

  read(offset: number, length: number): number[] {
    const out = new Array<number>(length).fill(0);
    for (const spec of this.#touched(offset, length)) {
      if (this.#hooked.get(spec.name)?.read === true) {
        const nth = this.#reads.get(spec.name) ?? 0;
        this.#reads.set(spec.name, nth + 1);
        this.#bits.set(spec.name, toBits(hookValue(spec.name, nth, spec.width), spec.width * 8));
        this.calls.push(['read', spec.name]);
      }
      const bits = this.#bits.get(spec.name) ?? [];
      for (let bit = 0; bit < spec.width * 8; bit++) {
        const byte = spec.offset + Math.floor(bit / 8) - offset;
        if (byte < 0 || byte >= length) {
          continue;
        }
        const kind = accessOf(spec, bit);
        if (bits[bit] === true && kind !== 'wo') {
          out[byte] = (out[byte] ?? 0) + 2 ** (bit % 8);
        }
        if (kind === 'rc') {
          bits[bit] = false;
        }
      }
    }
    return out;
  }

  write(offset: number, data: readonly number[]): void {
    for (const spec of this.#touched(offset, data.length)) {
      const bits = this.#bits.get(spec.name) ?? [];
      const previous = [...bits];
      const written = [...bits];
      for (let bit = 0; bit < spec.width * 8; bit++) {
        const byte = data[spec.offset + Math.floor(bit / 8) - offset];
        if (byte === undefined) {
          continue;
        }
        const one = Math.floor(byte / 2 ** (bit % 8)) % 2 === 1;
        written[bit] = one;
        const kind = accessOf(spec, bit);
        if (kind === 'rw' || kind === 'wo') {
          bits[bit] = one;
        } else if (kind === 'w1c' && one) {
          bits[bit] = false;
        } else if (kind === 'w1s' && one) {
          bits[bit] = true;
        }
      }
      if (this.#hooked.get(spec.name)?.write === true) {
        const values = [fromBits(bits), fromBits(previous), fromBits(written)] as const;
        this.calls.push(['write', spec.name, ...values]);
      }
    }
  }

  #touched(offset: number, length: number): RegisterSpec[] {
    return this.#specs.filter(
      (spec) => length > 0 && spec.offset < offset + length && offset < spec.offset + spec.width,
    );
  }
}

function accessOf(spec: RegisterSpec, bit: number): RegisterAccess {
  for (const field of Object.values(spec.fields ?? {})) {
    const [high, low] = rangeOf(field);
    if (bit >= low && bit <= high && field.access !== undefined) {
      return field.access;
    }
  }
  const masked = spec.writeMask !== undefined && !toBits(BigInt(spec.writeMask), 64)[bit];
  return masked ? 'ro' : spec.access;
}

export function rangeOf(field: FieldSpec): readonly [high: number, low: number] {
  return typeof field.bits === 'number' ? [field.bits, field.bits] : field.bits;
}

function toBits(value: bigint, count: number): boolean[] {
  return Array.from({ length: count }, (_, bit) => (value / 2n ** BigInt(bit)) % 2n === 1n);
}

function fromBits(bits: readonly boolean[]): bigint {
  return bits.reduce((sum, bit, i) => (bit ? sum + 2n ** BigInt(i) : sum), 0n);
}
