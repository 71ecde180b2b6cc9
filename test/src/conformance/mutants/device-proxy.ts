import {
  MdevHost,
  type AddressSpace,
  type Control,
  type Device,
  type DeviceEvent,
  type DeviceInfo,
  type DmaMap,
  type FeatureReply,
  type Iova,
  type IrqInfo,
  type Mapping,
  type MigrationData,
  type PasidBinding,
  type RegionInfo,
  type SetIrqs,
} from '@mdevkit/core';

/** A device that passes everything on: a mutant overrides what it gets wrong. */
export class DeviceProxy implements Device {
  protected readonly inner: Device;

  constructor(inner: Device) {
    this.inner = inner;
  }

  info(): Promise<DeviceInfo> {
    return this.inner.info();
  }

  regionInfo(index: number): Promise<RegionInfo> {
    return this.inner.regionInfo(index);
  }

  irqInfo(index: number): Promise<IrqInfo> {
    return this.inner.irqInfo(index);
  }

  setIrqs(request: SetIrqs): Promise<number> {
    return this.inner.setIrqs(request);
  }

  read(region: number, offset: number, into: Uint8Array): Promise<number> {
    return this.inner.read(region, offset, into);
  }

  write(region: number, offset: number, from: Uint8Array): Promise<number> {
    return this.inner.write(region, offset, from);
  }

  mmap(region: number, offset: number, length: number): Promise<Mapping> {
    return this.inner.mmap(region, offset, length);
  }

  reset(): Promise<void> {
    return this.inner.reset();
  }

  feature(flags: number, payload: Uint8Array): Promise<FeatureReply> {
    return this.inner.feature(flags, payload);
  }

  setMigrationState(state: number): Promise<MigrationData | undefined> {
    return this.inner.setMigrationState(state);
  }

  migrationState(): Promise<number> {
    return this.inner.migrationState();
  }

  dmaMap(map: DmaMap): Promise<void> {
    return this.inner.dmaMap(map);
  }

  dmaUnmap(iova: Iova, size: number): Promise<number> {
    return this.inner.dmaUnmap(iova, size);
  }

  bind(space: AddressSpace): Promise<PasidBinding> {
    return this.inner.bind(space);
  }

  control(): Promise<Control> {
    return this.inner.control();
  }

  events(): AsyncIterableIterator<DeviceEvent, undefined> {
    return this.inner.events();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Hosts that hand out such devices. */
export function hostsWith(Other: new (inner: Device) => Device): typeof MdevHost {
  return class extends MdevHost {
    override async open(uuid: string): Promise<Device> {
      return new Other(await super.open(uuid));
    }
  };
}
