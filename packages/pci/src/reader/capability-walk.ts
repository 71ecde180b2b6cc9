import {
  PCI_CAPABILITY_LIST,
  PCI_CAP_LIST_ID,
  PCI_CAP_LIST_NEXT,
  PCI_CFG_SPACE_EXP_SIZE,
  PCI_CFG_SPACE_SIZE,
  PCI_STATUS,
  PCI_STATUS_CAP_LIST,
  PCI_STD_HEADER_SIZEOF,
  readPciExtCapHeader,
} from '@mdevkit/uapi';

/** A capability found in config space. */
export interface FoundCapability {
  /** 8 bits, or 16 bits in the extended list. */
  readonly id: number;
  /** Byte offset in config space. */
  readonly at: number;
}

/** An extended capability found in config space. */
export interface FoundExtendedCapability extends FoundCapability {
  /** 4 bits. */
  readonly version: number;
}

/** What a device that is gone reads as. */
const nothingThere = 0xff;
const nobodyThere = 0xffffffff;

/**
 * The standard capabilities in `config`, a copy of config space from byte 0 on, in list order. `config` may be
 * hostile: a pointer into the header, past the end or back into the list ends it.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5; Linux drivers/pci/pci.h,
 * PCI_FIND_NEXT_CAP (the two low bits of a pointer are ignored, id 0xff ends the list).
 */
export function standardCapabilities(config: Uint8Array): FoundCapability[] {
  const found: FoundCapability[] = [];
  const end = Math.min(config.length, PCI_CFG_SPACE_SIZE);
  if (end <= PCI_STD_HEADER_SIZEOF || (byteAt(config, PCI_STATUS) & PCI_STATUS_CAP_LIST) === 0) {
    return found;
  }
  const seen = new Set<number>();
  let at = byteAt(config, PCI_CAPABILITY_LIST) & 0xfc;
  while (at >= PCI_STD_HEADER_SIZEOF && at + PCI_CAP_LIST_NEXT < end && !seen.has(at)) {
    const id = byteAt(config, at + PCI_CAP_LIST_ID);
    if (id === nothingThere) {
      break;
    }
    seen.add(at);
    found.push({ id, at });
    at = byteAt(config, at + PCI_CAP_LIST_NEXT) & 0xfc;
  }
  return found;
}

/**
 * The extended capabilities in `config`, as {@link standardCapabilities}.
 *
 * Source: PCI Express Base Specification 6.0, section 7.6.3; Linux drivers/pci/pci.h,
 * PCI_FIND_NEXT_EXT_CAP (a header of zero ends the list).
 */
export function extendedCapabilities(config: Uint8Array): FoundExtendedCapability[] {
  const found: FoundExtendedCapability[] = [];
  const end = Math.min(config.length, PCI_CFG_SPACE_EXP_SIZE);
  const view = new DataView(config.buffer, config.byteOffset, config.byteLength);
  const seen = new Set<number>();
  let at = PCI_CFG_SPACE_SIZE;
  while (at >= PCI_CFG_SPACE_SIZE && at + 4 <= end && !seen.has(at)) {
    const word = view.getUint32(at, true);
    if (word === 0 || word === nobodyThere) {
      break;
    }
    const { id, version, next } = readPciExtCapHeader(word);
    seen.add(at);
    found.push({ id, version, at });
    at = next;
  }
  return found;
}

function byteAt(config: Uint8Array, at: number): number {
  return config[at] ?? 0;
}
