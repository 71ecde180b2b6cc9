import {
  PCI_CLASS_REVISION,
  PCI_EXT_CAP_ID_DSN,
  PCI_SUBSYSTEM_VENDOR_ID,
  PCI_VENDOR_ID,
} from '@mdevkit/uapi';
import type { CmaName } from '../../abi/cma/index.js';
import type { ConfigAccess } from './config-access.js';
import { readPresent, walkExtendedCapabilities } from './walk.js';

/** The two words of a serial number (PCI Express Base Specification 6.0, section 7.9.3). */
const SERIAL_LOW = 4;
const SERIAL_HIGH = 8;

/**
 * What config space says of a function, which its leaf certificate has to repeat.
 *
 * Rejects with ENODEV `doe.device-gone` when nobody answers, and with what `config` rejects with.
 *
 * Source: PCI Express Base Specification 6.0, section 6.31.3; Linux drivers/pci/probe.c, pci_setup_device.
 */
export async function readDeviceName(config: ConfigAccess): Promise<CmaName> {
  const id = await readPresent(config, PCI_VENDOR_ID);
  const classRevision = await readPresent(config, PCI_CLASS_REVISION);
  const subsystem = await readPresent(config, PCI_SUBSYSTEM_VENDOR_ID);
  const serial = await readSerial(config);
  return {
    vendor: id & 0xffff,
    device: id >>> 16,
    classCode: classRevision >>> 8,
    revision: classRevision & 0xff,
    subsystemVendor: subsystem & 0xffff,
    subsystem: subsystem >>> 16,
    ...(serial !== undefined && { serial }),
  };
}

async function readSerial(config: ConfigAccess): Promise<bigint | undefined> {
  for await (const { id, at } of walkExtendedCapabilities(config)) {
    if (id === PCI_EXT_CAP_ID_DSN) {
      const low = await readPresent(config, at + SERIAL_LOW);
      const high = await readPresent(config, at + SERIAL_HIGH);
      return (BigInt(high) << 32n) | BigInt(low);
    }
  }
  return undefined;
}
