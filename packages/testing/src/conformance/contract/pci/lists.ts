import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_MSI,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_CAP_ID_VNDR,
  PCI_CAPABILITY_LIST,
  PCI_CFG_SPACE_SIZE,
  PCI_STATUS,
  PCI_STATUS_CAP_LIST,
  PCI_STD_HEADER_SIZEOF,
  readPciExtCapHeader,
} from '@mdevkit/uapi';
import { fail, hex } from '../support/index.js';

/** A capability: its id, where it is, and how many bytes it has at least. */
export interface ListedCapability {
  readonly id: number;
  readonly at: number;
  readonly length: number;
}

/**
 * The standard capabilities of a configuration space. Fails at a pointer that leads astray, where a system would give up or
 * read what is none.
 *
 * Source: PCIe Base Spec 7.5.3; Linux drivers/pci/pci.h, PCI_FIND_NEXT_CAP.
 */
export function standardList(config: Uint8Array): readonly ListedCapability[] {
  const view = new DataView(config.buffer);
  const found: ListedCapability[] = [];
  const seen = new Set<number>();
  if ((view.getUint16(PCI_STATUS, true) & PCI_STATUS_CAP_LIST) === 0) {
    return found;
  }
  let from = PCI_CAPABILITY_LIST;
  for (let at = view.getUint8(from); at !== 0; at = view.getUint8(from)) {
    const pointer = `the pointer at ${hex(from)}`;
    if (at % 4 !== 0 || at < PCI_STD_HEADER_SIZEOF || at + 4 > PCI_CFG_SPACE_SIZE) {
      fail(`${pointer} leads to ${hex(at)}, where no capability can be`);
    }
    if (seen.has(at)) {
      fail(`${pointer} leads back to ${hex(at)}: the list has no end`);
    }
    seen.add(at);
    found.push({ id: view.getUint8(at), at, length: lengthOf(view, at) });
    from = at + 1;
  }
  return found;
}

/**
 * The extended capabilities.
 *
 * Source: PCIe Base Spec 7.6.3; Linux drivers/pci/pci.h, PCI_FIND_NEXT_EXT_CAP.
 */
export function extendedList(config: Uint8Array): readonly ListedCapability[] {
  const view = new DataView(config.buffer);
  const found: ListedCapability[] = [];
  const seen = new Set<number>();
  let at = config.length > PCI_CFG_SPACE_SIZE ? PCI_CFG_SPACE_SIZE : 0;
  while (at !== 0) {
    if (at % 4 !== 0 || at < PCI_CFG_SPACE_SIZE || at + 4 > config.length) {
      fail(`an extended capability at ${hex(at)} cannot be`);
    }
    if (seen.has(at)) {
      fail(`the extended capabilities lead back to ${hex(at)}: the list has no end`);
    }
    seen.add(at);
    const word = view.getUint32(at, true);
    if (word === 0 && found.length === 0) {
      break;
    }
    if (word === 0 || word === 0xffff_ffff) {
      fail(`the list of extended capabilities leads to ${hex(at)}, where there is none`);
    }
    const { id, next } = readPciExtCapHeader(word);
    found.push({ id, at, length: 4 });
    at = next;
  }
  return found;
}

/** Fails where two capabilities share a byte. */
export function requireApart(list: readonly ListedCapability[], end: number): void {
  let last = 0;
  for (const { id, at, length } of [...list].sort((a, b) => a.at - b.at)) {
    if (at < last || at + length > end) {
      fail(
        `capability ${hex(id)} at ${hex(at)} of ${length} bytes lies over another one, or the end`,
      );
    }
    last = at + length;
  }
}

function lengthOf(view: DataView, at: number): number {
  switch (view.getUint8(at)) {
    case PCI_CAP_ID_PM:
      return 8;
    case PCI_CAP_ID_MSI: {
      const flags = view.getUint16(at + 2, true);
      return 10 + ((flags & 0x80) === 0 ? 0 : 4) + ((flags & 0x100) === 0 ? 0 : 10);
    }
    case PCI_CAP_ID_MSIX:
      return 12;
    case PCI_CAP_ID_EXP:
      return 20;
    case PCI_CAP_ID_VNDR:
      return Math.max(3, view.getUint8(at + 2));
    default:
      return 2;
  }
}
