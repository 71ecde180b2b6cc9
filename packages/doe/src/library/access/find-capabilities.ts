import {
  PCI_CFG_SPACE_EXP_SIZE,
  PCI_DOE_CAP,
  PCI_DOE_CAP_INT_MSG_NUM,
  PCI_DOE_CAP_INT_SUP,
  PCI_DOE_SIZEOF,
  PCI_EXT_CAP_ID_DOE,
} from '@mdevkit/uapi';
import type { ConfigAccess } from './config-access.js';
import { walkExtendedCapabilities } from './walk.js';

/** A DOE Capability of a function. */
export interface FoundDoeCapability {
  /** Byte offset in config space, 0x100 .. 0xfe8. */
  readonly at: number;
  /** 1, or 2 from PCI Express 6.1 on; 4 bits. */
  readonly version: number;
  /** Interrupt Message Number, 11 bits; undefined for one that does not interrupt. */
  readonly message?: number;
}

/**
 * The DOE Capabilities of a function, in the order of its list. See
 * {@link walkExtendedCapabilities} for hostile lists.
 *
 * Rejects with ENODEV `doe.device-gone` when nobody answers, and with what `config` rejects with.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.24; Linux drivers/pci/doe.c, pci_doe_init.
 */
export async function findDoeCapabilities(config: ConfigAccess): Promise<FoundDoeCapability[]> {
  const found: FoundDoeCapability[] = [];
  for await (const { id, version, at } of walkExtendedCapabilities(config)) {
    if (id === PCI_EXT_CAP_ID_DOE && at + PCI_DOE_SIZEOF <= PCI_CFG_SPACE_EXP_SIZE) {
      found.push({ at, version, ...(await readMessage(config, at)) });
    }
  }
  return found;
}

async function readMessage(config: ConfigAccess, at: number): Promise<{ message?: number }> {
  const word = (await config.read32(at + PCI_DOE_CAP)) >>> 0;
  return (word & PCI_DOE_CAP_INT_SUP) === 0
    ? {}
    : { message: (word & PCI_DOE_CAP_INT_MSG_NUM) >>> 1 };
}
