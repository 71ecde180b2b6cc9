import { PCI_CAP_ID_VNDR, PCI_CAP_LIST_ID, PCI_CFG_SPACE_SIZE } from '@mdevkit/uapi';
import { vendorLayout } from '../capability/index.js';
import { standardCapabilities } from './capability-walk.js';

/** What a vendor capability holds. */
export interface VendorCapability {
  /** 16 bits. */
  readonly id: number;
  /** Version of the payload, 16 bits. */
  readonly version: number;
  /** A copy. */
  readonly payload: Uint8Array;
}

/**
 * Decodes the vendor capability at byte `at` of `config`, or returns undefined if there is none: another
 * capability, another layout revision, or a length that leaves no room for the header or does not fit.
 * `config` may be hostile.
 */
export function readVendorCapability(config: Uint8Array, at: number): VendorCapability | undefined {
  const end = Math.min(config.length, PCI_CFG_SPACE_SIZE);
  if (!Number.isInteger(at) || at < 0 || at + vendorLayout.payload > end) {
    return undefined;
  }
  const view = new DataView(config.buffer, config.byteOffset, config.byteLength);
  const length = view.getUint8(at + vendorLayout.length);
  if (
    view.getUint8(at + PCI_CAP_LIST_ID) !== PCI_CAP_ID_VNDR ||
    view.getUint8(at + vendorLayout.revision) !== vendorLayout.revisionValue ||
    length < vendorLayout.payload ||
    at + length > end
  ) {
    return undefined;
  }
  return {
    id: view.getUint16(at + vendorLayout.id, true),
    version: view.getUint16(at + vendorLayout.version, true),
    payload: config.slice(at + vendorLayout.payload, at + length),
  };
}

/**
 * Finds the first vendor capability with `id` in `config`, a copy of config space from byte 0 on. Vendor
 * capabilities that cannot be decoded are passed over. `config` may be hostile.
 */
export function findVendorCapability(config: Uint8Array, id: number): VendorCapability | undefined {
  for (const { at } of standardCapabilities(config)) {
    const found = readVendorCapability(config, at);
    if (found?.id === id) {
      return found;
    }
  }
  return undefined;
}
