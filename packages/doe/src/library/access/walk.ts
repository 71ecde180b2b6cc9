import type { FoundExtendedCapability } from '@mdevkit/pci';
import { PCI_CFG_SPACE_SIZE, readPciExtCapHeader } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { ALL_ONES, type ConfigAccess } from './config-access.js';

/**
 * The extended capabilities of a function, in the order of its list. The device may be hostile: a pointer that leads nowhere
 * or back into the list ends it. None for a device whose extended config space reads as all ones.
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
    const word = (await config.read32(at)) >>> 0;
    if (word === ALL_ONES) {
      await checkPresence(config);
      return;
    }
    if (word === 0) {
      return;
    }
    const { id, version, next } = readPciExtCapHeader(word);
    yield { id, version, at };
    at = next;
  }
}

/** Vendor and device id are never all ones: who reads so is gone (PCI Express Base Specification 6.0, section 7.5.1.1.1). */
async function checkPresence(config: ConfigAccess): Promise<void> {
  if ((await config.read32(0)) >>> 0 === ALL_ONES) {
    throw failure('doe.device-gone');
  }
}
