import type { RegisterSpec } from '@mdevkit/core';
import {
  PCI_EXP_LNKCAP,
  PCI_EXP_LNKCAP2,
  PCI_EXP_LNKCTL,
  PCI_EXP_LNKCTL2,
  PCI_EXP_LNKCTL2_TLS,
  PCI_EXP_LNKCTL_ASPMC,
  PCI_EXP_LNKCTL_CCC,
  PCI_EXP_LNKCTL_ES,
  PCI_EXP_LNKCTL_HAWD,
  PCI_EXP_LNKCTL_RCB,
  PCI_EXP_LNKSTA,
  PCI_EXP_LNKSTA_NLW_SHIFT,
} from '@mdevkit/uapi';
import { checkInteger } from '../check.js';

const writable =
  PCI_EXP_LNKCTL_ASPMC |
  PCI_EXP_LNKCTL_RCB |
  PCI_EXP_LNKCTL_CCC |
  PCI_EXP_LNKCTL_ES |
  PCI_EXP_LNKCTL_HAWD;

/** A function-level reset leaves the link alone, or the device could not be reached after it. */
export const linkSticky: Readonly<Record<string, number>> = {
  'link-control': writable,
  'link-control-2': PCI_EXP_LNKCTL2_TLS,
};

/**
 * The link registers of a port whose link trained to the most it supports.
 *
 * Source: PCI Express Base Specification 6.0, sections 7.5.3.6 .. 7.5.3.8 and 7.5.3.18 .. 7.5.3.20.
 */
export function linkRegisters(speed: number, width: number): RegisterSpec[] {
  checkInteger('linkSpeed', speed, 1, 6);
  if (![1, 2, 4, 8, 16].includes(width)) {
    throw new RangeError(`linkWidth must be 1, 2, 4, 8 or 16, not ${width}`);
  }
  const trained = speed | (width << PCI_EXP_LNKSTA_NLW_SHIFT);
  return [
    { name: 'link-capabilities', offset: PCI_EXP_LNKCAP, width: 4, access: 'ro', reset: trained },
    { name: 'link-control', offset: PCI_EXP_LNKCTL, width: 2, access: 'rw', writeMask: writable },
    { name: 'link-status', offset: PCI_EXP_LNKSTA, width: 2, access: 'ro', reset: trained },
    {
      name: 'link-capabilities-2',
      offset: PCI_EXP_LNKCAP2,
      width: 4,
      access: 'ro',
      // One bit for each speed up to the fastest, from bit 1 on.
      reset: 2 ** (speed + 1) - 2,
    },
    {
      name: 'link-control-2',
      offset: PCI_EXP_LNKCTL2,
      width: 2,
      access: 'rw',
      writeMask: PCI_EXP_LNKCTL2_TLS,
      reset: speed,
    },
  ];
}
