import type { FieldSpec, RegisterAccess } from '@mdevkit/core';

/** A register as a person knows it; a `RegisterSpec` is one. */
export interface NamedRegister {
  readonly name: string;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes. */
  readonly width: number;
  /** What a client can do with it; unknown without it. */
  readonly access?: RegisterAccess;
  readonly fields?: Readonly<Record<string, FieldSpec>>;
}

/** The registers of a region: a `RegisterLayout`, or rows. */
export type RegisterNames =
  { readonly registers: readonly NamedRegister[] } | readonly NamedRegister[];

/**
 * What a model does not say of its regions itself, by VFIO region index: names, for handlers that do not name their
 * registers, and for registers that are not implemented; access and fields, for all.
 */
export type RegionNames = Readonly<Record<number, RegisterNames>>;

/** In the order of their offsets. */
export function rowsOf(names: RegisterNames | undefined): readonly NamedRegister[] {
  if (names === undefined) {
    return [];
  }
  const rows = 'registers' in names ? names.registers : names;
  return [...rows].sort((a, b) => a.offset - b.offset);
}

/** The register that has the byte at `offset`. */
export function rowAt(rows: readonly NamedRegister[], offset: number): NamedRegister | undefined {
  return rows.find((row) => offset >= row.offset && offset < row.offset + row.width);
}

/** Whether a write changes nothing, whatever it carries. */
export function isReadOnly({ access, fields = {} }: NamedRegister): boolean {
  const ignores = (kind: RegisterAccess | undefined): boolean => kind === 'ro' || kind === 'rc';
  return (
    ignores(access) &&
    Object.values(fields).every((field) => field.access === undefined || ignores(field.access))
  );
}

/** `ENABLE=1 MODE=3`: what the fields hold; '' without fields. */
export function fieldsText({ fields = {} }: NamedRegister, value: bigint): string {
  return Object.entries(fields)
    .map(([name, { bits }]) => {
      const [high, low] = typeof bits === 'number' ? [bits, bits] : bits;
      const held = BigInt.asUintN(high - low + 1, value >> BigInt(low));
      return `${name}=${held}`;
    })
    .join(' ');
}
