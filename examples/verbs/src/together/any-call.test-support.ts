import type { AnyObjectClass, AttributeSpec, Control } from '@mdevkit/core';
import fc from 'fast-check';
import { sgList, verbsClasses } from '../abi/index.js';
import { BASE } from './node.test-support.js';

/** Keys and numbers that a device gives out first, and what is on an edge. */
const anyU32 = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 4, arbitrary: fc.integer({ min: 0x100, max: 0x106 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 4096, 4097, 0x1_0000, 0x8000_0000, 0xffff_ffff) },
);
const anyU64 = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: BASE, max: BASE + 0xff00n }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, (1n << 64n) - 1n, 1n << 63n) },
);
const anyPiece = fc.record({
  addr: anyU64,
  length: fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 64 }) }, anyU32),
  lkey: fc.oneof({ weight: 8, arbitrary: fc.constant(0x100) }, anyU32),
});
const anyMemory = fc.oneof(
  { weight: 8, arbitrary: fc.array(anyPiece, { maxLength: 4 }).map((pieces) => sgList(pieces)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);

/** A call before it is known what there is to call. */
export const anyCall = fc.record({
  objectClass: fc.constantFrom(...verbsClasses),
  method: fc.nat({ max: 7 }),
  handles: fc.array(fc.nat({ max: 100 }), { minLength: 8, maxLength: 8 }),
  numbers: fc.array(anyU32, { minLength: 12, maxLength: 12 }),
  addresses: fc.array(anyU64, { minLength: 4, maxLength: 4 }),
  memory: anyMemory,
  leftOut: fc.nat({ max: 0xffff }),
});
export type AnyCall = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;

/** A call of a method that there is, with arguments of the right types and any values. */
export interface MadeCall {
  readonly objectClass: AnyObjectClass;
  readonly method: string;
  readonly args: Record<string, unknown>;
}

/** Handles are mostly ones that the client has. */
export async function madeFor(control: Control, call: AnyCall): Promise<MadeCall> {
  const { objectClass, leftOut } = call;
  const methods = Object.entries(objectClass.methods);
  const [method, { attributes }] = methods[call.method % methods.length]!;
  const args: Record<string, unknown> = {};
  for (const [i, [name, { spec, mandatory }]] of Object.entries(attributes).entries()) {
    if (mandatory || (leftOut >> i) % 2 === 0) {
      const value =
        spec.kind === 'handle'
          ? await handleFor(control, spec.of ?? objectClass, spec.access, call, i)
          : valueFor(spec, call, i);
      Object.assign(args, value === undefined ? {} : { [name]: value });
    }
  }
  return { objectClass, method, args };
}

async function handleFor(
  control: Control,
  of: AnyObjectClass,
  access: string,
  { handles }: AnyCall,
  i: number,
): Promise<number | undefined> {
  if (access === 'new' || of.kind === 'fd') {
    return undefined;
  }
  const own = await control.handles(of);
  const choice = pick(handles, i);
  return choice > 95 || own.length === 0 ? choice : pick(own, choice);
}

function valueFor(spec: AttributeSpec, call: AnyCall, i: number): unknown {
  switch (spec.kind) {
    case 'value':
      if (spec.out) {
        return undefined;
      }
      return spec.type === 'u64' ? pick(call.addresses, i) : pick(call.numbers, i);
    case 'bytes':
      return spec.out ? undefined : call.memory;
    case 'flags': {
      const known = Object.values(spec.bits).reduce((all, bit) => all | bit, 0);
      return pick(call.handles, i) & known;
    }
    case 'enum': {
      const members = Object.entries(spec.members);
      const [member, { layout }] = pick(members, pick(call.handles, i));
      const value: Record<string, number> = {};
      for (const [n, field] of Object.keys(layout.fields).entries()) {
        value[field] = fieldFor(field, pick(call.numbers, i + n));
      }
      return { member, value };
    }
    default:
      return undefined;
  }
}

function fieldFor(field: string, number: number): number {
  switch (field) {
    case 'port_num':
      return 1;
    case 'reserved':
      return 0;
    case 'access':
      return number & 0x6;
    default:
      return number & 0xffff;
  }
}

function pick<T>(from: readonly T[], i: number): T {
  return from[i % from.length]!;
}
