import { PCI_DOE_FEATURE_DISCOVERY, PCI_VENDOR_ID_PCI_SIG } from '@mdevkit/uapi';

/** Who defined a data object, and which one of theirs it is: what a feature answers. */
export interface DoeObjectId {
  /** PCI-SIG vendor id, 16 bits. */
  readonly vendor: number;
  /** 8 bits. */
  readonly type: number;
}

/** What every DOE Capability answers, at index 0 (PCI Express Base Specification 6.0, section 6.30.1.1). */
export const discoveryId: DoeObjectId = {
  vendor: PCI_VENDOR_ID_PCI_SIG,
  type: PCI_DOE_FEATURE_DISCOVERY,
};

export function isSameObject(a: DoeObjectId, b: DoeObjectId): boolean {
  return a.vendor === b.vendor && a.type === b.type;
}

export function isDiscovery(id: DoeObjectId): boolean {
  return isSameObject(id, discoveryId);
}

/** One number for both: the first word of an object's header. */
export function featureKey({ vendor, type }: DoeObjectId): number {
  return (vendor | (type << 16)) >>> 0;
}

/** As the kernel names it (Documentation/ABI/testing/sysfs-bus-pci, doe_features): `0001:00`. */
export function featureName({ vendor, type }: DoeObjectId): string {
  return `${vendor.toString(16).padStart(4, '0')}:${type.toString(16).padStart(2, '0')}`;
}
