import { defineReasons, type ReasonRow } from '@mdevkit/core';

/** What a PCI function refuses at run time; the same rows are in `docs/reference/errors.md`. */
export const pciReasons = {
  'pci.bus-master': {
    errno: 'EIO',
    text: 'the function may not access memory: Bus Master Enable is clear, or it is in D3hot',
    source: 'PCI Express Base Specification 6.0, sections 7.5.1.1.3 and 5.3.1.4',
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;

export type PciReason = keyof typeof pciReasons;

export const failure = defineReasons<PciReason>(pciReasons);
