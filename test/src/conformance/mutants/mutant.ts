import { MdevHost, type DeviceModel, type MdevHostOptions } from '@mdevkit/core';
import type { MakeHost } from '@mdevkit/testing/conformance';
import {
  PciSpecimen,
  PlatformSpecimen,
  specimenDriver,
  type SpecimenServices,
} from '../specimen/index.js';

/** A specimen, or a host of one, with a single defect. */
export interface Mutant {
  readonly name: string;
  /** What it breaks, in the words of the rules. */
  readonly rule: string;
  readonly makeHost: MakeHost;
}

type SpecimenClass = new (services: SpecimenServices) => DeviceModel;
type HostClass = new (options: MdevHostOptions) => MdevHost;

/** Hosts whose driver makes devices of this class. */
export function hostsOf(
  deviceApi: 'vfio-platform' | 'vfio-pci',
  Model: SpecimenClass,
  Host: HostClass = MdevHost,
): MakeHost {
  return async (options) => {
    const host = new Host(options);
    await host.load(specimenDriver(deviceApi, (services) => new Model(services)));
    return host;
  };
}

export const platformHosts: MakeHost = hostsOf('vfio-platform', PlatformSpecimen);
export const pciHosts: MakeHost = hostsOf('vfio-pci', PciSpecimen);

/** A defect of a device without a bus. */
export function platform(name: string, rule: string, Model: SpecimenClass): Mutant {
  return { name, rule, makeHost: hostsOf('vfio-platform', Model) };
}

/** A defect of a PCI function. */
export function pci(name: string, rule: string, Model: SpecimenClass): Mutant {
  return { name, rule, makeHost: hostsOf('vfio-pci', Model) };
}

/** A defect of what stands between clients and a device that is well. */
export function core(name: string, rule: string, Host: HostClass): Mutant {
  return { name, rule, makeHost: hostsOf('vfio-platform', PlatformSpecimen, Host) };
}

/** A promise that nobody settles. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
