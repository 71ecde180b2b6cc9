import type {
  Control,
  Device,
  DeviceEvent,
  DeviceInfo,
  DmaMap,
  FeatureReply,
  Iova,
  IrqInfo,
  Mapping,
  MigrationData,
  PasidBinding,
  RegionInfo,
  SetIrqs,
  AddressSpace,
} from '@mdevkit/core';

/** Carries out a call between two turns. */
export type TakeTurns = <T>(label: string, call: () => Promise<T>) => Promise<T>;

/** The same device, whose every call waits for its turn before it is made and before it is answered. */
export class RacedDevice implements Device {
  readonly #device: Device;
  readonly #turns: TakeTurns;

  constructor(device: Device, turns: TakeTurns) {
    this.#device = device;
    this.#turns = turns;
  }

  info(): Promise<DeviceInfo> {
    return this.#turns('info', () => this.#device.info());
  }

  regionInfo(index: number): Promise<RegionInfo> {
    return this.#turns(`regionInfo(${index})`, () => this.#device.regionInfo(index));
  }

  irqInfo(index: number): Promise<IrqInfo> {
    return this.#turns(`irqInfo(${index})`, () => this.#device.irqInfo(index));
  }

  setIrqs(request: SetIrqs): Promise<number> {
    return this.#turns(`setIrqs(${request.index})`, () => this.#device.setIrqs(request));
  }

  read(region: number, offset: number, into: Uint8Array): Promise<number> {
    return this.#turns(`read(${region}, ${offset})`, () => this.#device.read(region, offset, into));
  }

  write(region: number, offset: number, from: Uint8Array): Promise<number> {
    return this.#turns(`write(${region}, ${offset})`, () =>
      this.#device.write(region, offset, from),
    );
  }

  mmap(region: number, offset: number, length: number): Promise<Mapping> {
    return this.#turns(`mmap(${region}, ${offset})`, () =>
      this.#device.mmap(region, offset, length),
    );
  }

  reset(): Promise<void> {
    return this.#turns('reset', () => this.#device.reset());
  }

  feature(flags: number, payload: Uint8Array): Promise<FeatureReply> {
    return this.#turns(`feature(${flags})`, () => this.#device.feature(flags, payload));
  }

  setMigrationState(state: number): Promise<MigrationData | undefined> {
    return this.#turns(`setMigrationState(${state})`, () => this.#device.setMigrationState(state));
  }

  migrationState(): Promise<number> {
    return this.#turns('migrationState', () => this.#device.migrationState());
  }

  dmaMap(map: DmaMap): Promise<void> {
    return this.#turns(`dmaMap(${map.iova})`, () => this.#device.dmaMap(map));
  }

  dmaUnmap(iova: Iova, size: number): Promise<number> {
    return this.#turns(`dmaUnmap(${iova})`, () => this.#device.dmaUnmap(iova, size));
  }

  bind(space: AddressSpace): Promise<PasidBinding> {
    return this.#turns('bind', () => this.#device.bind(space));
  }

  control(): Promise<Control> {
    return this.#turns('control', () => this.#device.control());
  }

  /** As they come. */
  events(): AsyncIterableIterator<DeviceEvent, undefined> {
    return this.#device.events();
  }

  close(): Promise<void> {
    return this.#turns('close', () => this.#device.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
