/*
 * What the recorder uses of the guest lab (test/guest). That is a package of its own, which is built after this one, so
 * it is loaded when it is needed and described here.
 */

interface Disposed {
  [Symbol.asyncDispose](): Promise<void>;
}

interface Monitor {
  execute(command: string, options?: object): Promise<unknown>;
  nextEvent(
    name: string,
    matches?: (data: { readonly device?: unknown }) => boolean,
  ): Promise<unknown>;
}

interface Registers {
  read(at: number, width: number): Promise<number>;
  write(at: number, width: number, value: number): Promise<void>;
}

interface PciDevice extends Registers {
  assignBars(): Promise<ReadonlyMap<number, { readonly address: number }>>;
  enable(bits?: number): Promise<void>;
}

interface PciBus {
  find(vendor: number, device: number): Promise<PciDevice>;
}

interface Vectors {
  program(
    vector: number,
    message: { readonly address: number; readonly data: number },
  ): Promise<void>;
  mask(vector: number, masked: boolean): Promise<void>;
  enable(on?: boolean): Promise<void>;
}

/** A QEMU without a guest. */
export interface Machine extends Disposed {
  readonly monitor: Monitor;
  readonly qtest: Registers;
  readonly pci: { readonly root: PciBus; openBridge(bridge: PciDevice): Promise<PciBus> };
}

/** A Linux that runs in a QEMU. */
export interface Guest extends Disposed {
  readonly monitor: Monitor;
  readonly qemu: { readonly console: { readonly length: number } };
  read(script: string): Promise<string>;
  run(script: string): Promise<unknown>;
  waitFor(pattern: RegExp, options?: { readonly from?: number }): Promise<unknown>;
  powerOff(): Promise<unknown>;
}

/** The exports of the package. */
export interface GuestPackage {
  openLab(say: (line: string) => void): Promise<object>;
  boot(lab: object, options: object): Promise<Guest>;
  bindVfioPci(guest: Guest, address: string): Promise<void>;
  pciAddresses(guest: Guest, vendor: number, device: number): Promise<readonly string[]>;
  readonly QtestMachine: { start(lab: object, options: object): Promise<Machine> };
  readonly MsixTable: {
    find(
      device: PciDevice,
      bars: ReadonlyMap<number, { readonly address: number }>,
    ): Promise<Vectors>;
  };
  rootPorts(count: number): readonly object[];
  intelIommu(): object;
  vfioUserDevice(place: {
    readonly id: string;
    readonly bus: string;
    readonly path: string;
  }): object;
}

/** Throws ERR_MODULE_NOT_FOUND if test/guest is not built. */
export async function loadGuestPackage(): Promise<GuestPackage> {
  const place = new URL('../../../guest/dist/index.js', import.meta.url);
  return (await import(place.href)) as GuestPackage;
}
