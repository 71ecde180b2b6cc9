import { MdevError } from '@mdevkit/core';
import type { FoundExtendedCapability } from '@mdevkit/pci';
import { PCI_CFG_SPACE_SIZE, PCI_VENDOR_ID, readPciExtCapHeader } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { ALL_ONES, type ConfigAccess } from './config-access.js';

/**
 * The extended capabilities of a function, in the order of its list. The device may be hostile: a pointer that leads nowhere
 * or back into the list ends it. None for a device whose extended config space reads as all ones, or that has none.
 *
 * Rejects with ENODEV `doe.device-gone` when nobody answers, and with what `config` rejects with.
 *
 * Source: PCI Express Base Specification 6.0, section 7.6.3; Linux drivers/pci/pci.c, pci_find_next_ext_capability.
 */
export async function* walkExtendedCapabilities(
  config: ConfigAccess,
): AsyncGenerator<FoundExtendedCapability> {
  const seen = new Set<number>();
  let at = PCI_CFG_SPACE_SIZE;
  while (at >= PCI_CFG_SPACE_SIZE && !seen.has(at)) {
    seen.add(at);
    const word = await readHeader(config, at);
    if (word === ALL_ONES || word === 0) {
      return;
    }
    const { id, version, next } = readPciExtCapHeader(word);
    yield { id, version, at };
    at = next;
  }
}

/**
 * A word that may be all ones, of a device that is there.
 *
 * Rejects with ENODEV `doe.device-gone` when nobody answers, and with what `config` rejects with.
 */
export async function readPresent(config: ConfigAccess, offset: number): Promise<number> {
  const word = (await config.read32(offset)) >>> 0;
  // Vendor and device id are never all ones: who reads so is gone (PCI Express Base Specification 6.0, section 7.5.1.1.1).
  if (word === ALL_ONES && (await config.read32(PCI_VENDOR_ID)) >>> 0 === ALL_ONES) {
    throw failure('doe.device-gone');
  }
  return word;
}

/** 0 behind the end of the config space. */
async function readHeader(config: ConfigAccess, at: number): Promise<number> {
  try {
    return await readPresent(config, at);
  } catch (error) {
    if (MdevError.is(error) && error.reason === 'doe.config-end') {
      return 0;
    }
    throw error;
  }
}
