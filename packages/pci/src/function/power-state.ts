import type { PowerManagementTraits } from '../capability/index.js';

/** Power states as `pm.control` has them. */
export const D0 = 0;
export const D1 = 1;
export const D2 = 2;
export const D3hot = 3;

/**
 * Whether a write may take the function from one state to another: only to one it has, and from D3hot
 * only to D0. A write that may not is completed and changes nothing.
 *
 * Source: PCI Express Base Specification 6.0, sections 7.5.2.2 and 5.3.1.
 */
export function canEnter(power: PowerManagementTraits, from: number, to: number): boolean {
  const exists = (to !== D1 || power.d1) && (to !== D2 || power.d2);
  return exists && (from !== D3hot || to === D0 || to === D3hot);
}

/**
 * Whether the function loses its state by the transition: from D3hot to D0 without No_Soft_Reset.
 *
 * Source: PCI Express Base Specification 6.0, section 5.3.1.4; Linux
 * drivers/vfio/pci/vfio_pci_core.c, vfio_pci_set_power_state.
 */
export function resetsItself(power: PowerManagementTraits, from: number, to: number): boolean {
  return from === D3hot && to === D0 && !power.noSoftReset;
}
