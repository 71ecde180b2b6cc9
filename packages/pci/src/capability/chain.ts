import type { RegisterSpec } from '@mdevkit/core';
import { PCI_CAP_LIST_ID, PCI_CAP_LIST_NEXT, pciExtCapHeader } from '@mdevkit/uapi';
import type { PlacedCapability } from './placement.js';

/**
 * The registers of all capabilities with their final offsets and names, linked into the two lists.
 *
 * Source: PCI Express Base Specification 6.0, sections 7.5 and 7.6.3.
 */
export function chainRegisters(placed: readonly PlacedCapability[]): readonly RegisterSpec[] {
  return placed.flatMap(({ spec, at }, index) => {
    const following = placed.slice(index + 1).find((other) => other.spec.space === spec.space);
    const next = following?.at ?? 0;
    return [
      ...headerRegisters({ spec, at }, next),
      ...spec.registers.map((register) => ({
        ...register,
        name: `${spec.name}.${register.name}`,
        offset: register.offset + at,
      })),
    ];
  });
}

/** Where the standard list starts; 0 if there is none. */
export function firstCapability(placed: readonly PlacedCapability[]): number {
  return placed.find(({ spec }) => spec.space === 'standard')?.at ?? 0;
}

function headerRegisters({ spec, at }: PlacedCapability, next: number): readonly RegisterSpec[] {
  if (spec.space === 'extended') {
    const reset = pciExtCapHeader({ id: spec.id, version: spec.version, next });
    return [{ name: `${spec.name}.header`, offset: at, width: 4, access: 'ro', reset }];
  }
  return [
    {
      name: `${spec.name}.id`,
      offset: at + PCI_CAP_LIST_ID,
      width: 1,
      access: 'ro',
      reset: spec.id,
    },
    {
      name: `${spec.name}.next`,
      offset: at + PCI_CAP_LIST_NEXT,
      width: 1,
      access: 'ro',
      reset: next,
    },
  ];
}
