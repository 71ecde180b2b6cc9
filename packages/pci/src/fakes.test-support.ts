import type { Dma, DmaAccess, DmaSegment, Iova, Irqs, Region, RegionSlot } from '@mdevkit/core';
import { absent } from '@mdevkit/core';
import { PciFunction, type PciFunctionServices } from './function/index.js';
import { PciFunctionLayout, pciLayout, type PciFunctionSpec } from './layout/index.js';

/** Records what the function does with its interrupts. */
export class FakeIrqs implements Irqs {
  readonly active = new Set<number>();
  readonly log: string[] = [];
  /** Called by every trigger, as an in-process target would be. */
  onTrigger: () => void = () => undefined;

  constructor(...active: number[]) {
    this.active = new Set(active);
  }

  trigger(index: number, subindex = 0): boolean {
    this.log.push(`trigger ${index}:${subindex}`);
    this.onTrigger();
    return this.active.has(index);
  }

  assert(index: number): boolean {
    this.log.push(`assert ${index}`);
    return this.active.has(index);
  }

  deassert(index: number): void {
    this.log.push(`deassert ${index}`);
  }

  enabled(index: number): boolean {
    return this.active.has(index);
  }
}

/** Counts accesses. */
export class FakeDma implements Dma {
  readonly pasid;
  readonly log: string[];

  constructor(pasid = 1, log: string[] = []) {
    this.pasid = pasid;
    this.log = log;
  }

  read(iova: Iova, into: Uint8Array): void {
    this.log.push(`read ${iova.toString()}+${into.length}`);
  }

  write(iova: Iova, from: Uint8Array): void {
    this.log.push(`write ${iova.toString()}+${from.length}`);
  }

  fetch(iova: Iova, into: Uint8Array): Promise<void> {
    this.log.push(`fetch ${iova.toString()}+${into.length}`);
    return Promise.resolve();
  }

  store(iova: Iova, from: Uint8Array): Promise<void> {
    this.log.push(`store ${iova.toString()}+${from.length}`);
    return Promise.resolve();
  }

  fill(iova: Iova, length: number, value: number): void {
    this.log.push(`fill ${iova.toString()}+${length} ${value}`);
  }

  copy(to: Iova, from: Iova, length: number): void {
    this.log.push(`copy ${from.toString()}+${length} ${to.toString()}`);
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    this.log.push(`gather ${segments.length} ${into.length}`);
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    this.log.push(`scatter ${segments.length} ${from.length}`);
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    this.log.push(`views ${iova.toString()}+${length} ${access}`);
    return [new Uint8Array(length)];
  }

  request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    this.log.push(`request ${iova.toString()}+${length} ${access}`);
    return Promise.resolve();
  }

  access(): never {
    throw new Error('no access');
  }

  withPasid(pasid: number): FakeDma {
    return new FakeDma(pasid, this.log);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    this.log.push(`view ${iova.toString()}+${length} ${access}`);
    return new Uint8Array(length);
  }
}

export const minimal = { vendorId: 0x1af4, deviceId: 0x1042, classCode: 0x120000 } as const;

/** A function under test, with its fakes and the client's side of its regions. */
export class Bench {
  readonly irqs: FakeIrqs;
  readonly dma = new FakeDma();
  readonly pci: PciFunction;

  constructor(
    spec: Partial<PciFunctionSpec> | PciFunctionLayout = {},
    services: Partial<PciFunctionServices> = {},
    ...active: number[]
  ) {
    this.irqs = new FakeIrqs(...active);
    const layout = spec instanceof PciFunctionLayout ? spec : pciLayout({ ...minimal, ...spec });
    this.pci = new PciFunction(layout, {
      irqs: this.irqs,
      dma: this.dma,
      ...services,
    });
  }

  region(index: number): Region {
    return present(this.pci.regions[index]);
  }

  read(region: number, offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const served = this.region(region).read(offset, new DataView(bytes.buffer), 0, length);
    if (served !== length) {
      throw new Error('short read');
    }
    return bytes;
  }

  write(region: number, offset: number, bytes: Uint8Array): number | Promise<number> {
    return this.region(region).write(offset, new DataView(bytes.slice().buffer), 0, bytes.length);
  }

  /** All of config space as the client reads it. */
  dump(): Uint8Array {
    return this.read(7, 0, this.region(7).size);
  }

  config16(offset: number): number {
    return new DataView(this.read(7, offset, 2).buffer).getUint16(0, true);
  }

  config32(offset: number): number {
    return new DataView(this.read(7, offset, 4).buffer).getUint32(0, true);
  }

  setConfig16(offset: number, value: number): number | Promise<number> {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, value, true);
    return this.write(7, offset, bytes);
  }

  setConfig32(offset: number, value: number): number | Promise<number> {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.write(7, offset, bytes);
  }

  /** Where a capability lies. */
  at(name: string): number {
    const found = this.pci.layout.capabilities.find(({ spec }) => spec.name === name);
    if (found === undefined) {
      throw new Error(`no capability ${name}`);
    }
    return found.at;
  }
}

function present(slot: RegionSlot): Region {
  if (slot === undefined || slot === absent) {
    throw new Error('no region there');
  }
  return slot;
}
