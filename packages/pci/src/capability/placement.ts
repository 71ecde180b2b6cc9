import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_HT,
  PCI_CAP_ID_VNDR,
  PCI_CFG_SPACE_EXP_SIZE,
  PCI_CFG_SPACE_SIZE,
  PCI_EXT_CAP_ID_DOE,
  PCI_EXT_CAP_ID_DVSEC,
  PCI_EXT_CAP_ID_VNDR,
  PCI_STD_HEADER_SIZEOF,
} from '@mdevkit/uapi';
import { hex, roundUp } from '../check.js';
import type { CapabilitySpec } from './capability-spec.js';

/** A capability with its place in config space. */
export interface PlacedCapability {
  readonly spec: CapabilitySpec;
  readonly at: number;
}

/** Where the capabilities of one list may lie: `start .. end - 1`. */
interface Space {
  readonly name: CapabilitySpec['space'];
  readonly start: number;
  readonly end: number;
  /** Ids that a function may have more than once; id 0 is the null capability. */
  readonly repeatable: ReadonlySet<number>;
}

const spaces: readonly Space[] = [
  {
    name: 'standard',
    start: PCI_STD_HEADER_SIZEOF,
    end: PCI_CFG_SPACE_SIZE,
    repeatable: new Set([0, PCI_CAP_ID_HT, PCI_CAP_ID_VNDR]),
  },
  {
    name: 'extended',
    start: PCI_CFG_SPACE_SIZE,
    end: PCI_CFG_SPACE_EXP_SIZE,
    repeatable: new Set([0, PCI_EXT_CAP_ID_VNDR, PCI_EXT_CAP_ID_DVSEC, PCI_EXT_CAP_ID_DOE]),
  },
];

/**
 * Gives every capability its place: explicit ones where they ask to be, then the others, in order, in
 * the first gap that is large enough, on a multiple of 4. The order of each list is the order of `specs`.
 *
 * Source: PCI Express Base Specification 6.0, sections 7.5 and 7.6.1 .. 7.6.3 (the first extended
 * capability lies at 0x100).
 *
 * @throws RangeError for overlaps, no room, misalignment, a second capability of a kind that a
 * function has once, two of one name, or an extended capability without PCI Express.
 */
export function placeCapabilities(specs: readonly CapabilitySpec[]): readonly PlacedCapability[] {
  checkNames(specs);
  const express = specs.some(({ space, id }) => space === 'standard' && id === PCI_CAP_ID_EXP);
  const extended = specs.find(({ space }) => space === 'extended');
  if (extended !== undefined && !express) {
    throw new RangeError(
      `Capability ${extended.name} lies in extended config space, which needs pcieEndpoint()`,
    );
  }
  return spaces.flatMap((space) =>
    placeIn(
      space,
      specs.filter((spec) => spec.space === space.name),
    ),
  );
}

function placeIn(space: Space, specs: readonly CapabilitySpec[]): readonly PlacedCapability[] {
  checkKinds(space, specs);
  const taken: PlacedCapability[] = [];
  for (const spec of specs) {
    if (spec.at !== undefined) {
      taken.push(placeAt(space, spec, spec.at, taken));
    }
  }
  const [first] = specs;
  if (space.name === 'extended' && first !== undefined) {
    checkFirst(space, first, taken);
  }
  for (const spec of specs) {
    if (spec.at === undefined) {
      taken.push({ spec, at: firstGap(space, spec, taken) });
    }
  }
  const order = new Map(specs.map((spec, index) => [spec, index]));
  return taken.sort((a, b) => (order.get(a.spec) ?? 0) - (order.get(b.spec) ?? 0));
}

function placeAt(
  space: Space,
  spec: CapabilitySpec,
  at: number,
  taken: readonly PlacedCapability[],
): PlacedCapability {
  if (!Number.isInteger(at) || at % 4 !== 0) {
    throw new RangeError(`Capability ${spec.name} must lie on a multiple of 4, not at ${hex(at)}`);
  }
  if (at < space.start || at + spec.size > space.end) {
    throw new RangeError(
      `Capability ${spec.name} (${spec.size} bytes at ${hex(at)}) must lie in ` +
        `${hex(space.start)} .. ${hex(space.end - 1)}`,
    );
  }
  const other = collision(at, spec.size, taken);
  if (other !== undefined) {
    throw new RangeError(
      `Capability ${spec.name} at ${hex(at)} overlaps ${other.spec.name} at ${hex(other.at)}`,
    );
  }
  return { spec, at };
}

function firstGap(space: Space, spec: CapabilitySpec, taken: readonly PlacedCapability[]): number {
  let at = space.start;
  let other = collision(at, spec.size, taken);
  while (other !== undefined) {
    at = roundUp(other.at + other.spec.size, 4);
    other = collision(at, spec.size, taken);
  }
  if (at + spec.size > space.end) {
    throw new RangeError(
      `No room in ${space.name} config space for capability ${spec.name} (${spec.size} bytes)`,
    );
  }
  return at;
}

function collision(
  at: number,
  size: number,
  taken: readonly PlacedCapability[],
): PlacedCapability | undefined {
  return taken.find((other) => at < other.at + other.spec.size && other.at < at + size);
}

/** The list has no other entry point than 0x100. */
function checkFirst(space: Space, first: CapabilitySpec, taken: readonly PlacedCapability[]): void {
  const there = taken.find(({ at }) => at === space.start)?.spec ?? first;
  if (there !== first || (first.at ?? space.start) !== space.start) {
    throw new RangeError(
      `Capability ${first.name} is the first extended one and must lie at ${hex(space.start)}`,
    );
  }
}

function checkKinds(space: Space, specs: readonly CapabilitySpec[]): void {
  const seen = new Set<number>();
  for (const { id, name } of specs) {
    if (seen.has(id) && !space.repeatable.has(id)) {
      throw new RangeError(
        `Capability ${name}: a function has at most one ${space.name} capability ${hex(id)}`,
      );
    }
    seen.add(id);
  }
}

function checkNames(specs: readonly CapabilitySpec[]): void {
  const seen = new Set<string>();
  for (const { name } of specs) {
    if (seen.has(name)) {
      throw new RangeError(`Two capabilities are named ${name}; give one of them another name`);
    }
    seen.add(name);
  }
}
