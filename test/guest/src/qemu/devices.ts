import { type JsonObject } from './json.js';

/** The options of one `-device`, or of a `device_add`. */
export interface DeviceOptions extends JsonObject {
  readonly driver: string;
}

/** Where a device is found by others, and on which bus it sits: `pcie.0` if absent. */
export interface DevicePlace {
  readonly id: string;
  /** The id of a root port, for example. A device below one can be unplugged. */
  readonly bus?: string;
}

/** A device that a vfio-user server on the UNIX socket `path` implements. The server must listen. */
export function vfioUserDevice({
  path,
  ...place
}: DevicePlace & { readonly path: string } & JsonObject): DeviceOptions {
  return { driver: 'vfio-user-pci', ...place, socket: { type: 'unix', path } };
}

/** QEMU's own teaching device 1234:11e8 (QEMU docs/specs/edu.rst). */
export function eduDevice(place: DevicePlace & JsonObject): DeviceOptions {
  return { driver: 'edu', ...place };
}

/** `count` root ports, named `port0`, `port1`, …: each is a bus with room for one device. */
export function rootPorts(count: number): DeviceOptions[] {
  return Array.from({ length: count }, (_, index) => ({
    driver: 'pcie-root-port',
    id: `port${index}`,
    bus: 'pcie.0',
    chassis: index + 1,
    slot: index + 1,
  }));
}

/**
 * An IOMMU, for a kernel with `intel_iommu=on`: with it vfio-pci of the guest takes devices. It must come
 * before them. `caching-mode` tells QEMU of every mapping, which a vfio-user device needs.
 */
export function intelIommu(): DeviceOptions {
  return { driver: 'intel-iommu', intremap: 'on', 'caching-mode': true };
}

/** The `-machine` options of a host of CXL: one window of physical addresses, which leads to {@link cxlHost}. */
export const cxlMachine: readonly string[] = [
  'cxl=on',
  'cxl-fmw.0.targets.0=cxl',
  'cxl-fmw.0.size=4G',
];

/**
 * A CXL host bridge, with `count` root ports named `cxlport0`, `cxlport1`, … (QEMU docs/system/devices/cxl.rst). Each
 * is a bus with room for one device.
 */
export function cxlHost(count: number): DeviceOptions[] {
  return [
    { driver: 'pxb-cxl', id: 'cxl', bus: 'pcie.0', bus_nr: 12 },
    ...Array.from({ length: count }, (_, index) => ({
      driver: 'cxl-rp',
      id: `cxlport${index}`,
      bus: 'cxl',
      port: index,
      chassis: FIRST_CXL_SLOT + index,
      slot: FIRST_CXL_SLOT + index,
    })),
  ];
}

/** Chassis and slots of other ports are below it. */
const FIRST_CXL_SLOT = 200;
