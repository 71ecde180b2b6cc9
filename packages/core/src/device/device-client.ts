import { failure } from '../errors/index.js';
import type { DeviceEvent } from '../event/index.js';
import type { AddressSpace, Iova } from '../iommu/index.js';
import { liveLength } from '../iommu/memory/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import { ControlClient, LocalTransport, type Control } from '../object/index.js';
import {
  requireBytes,
  requireDmaMap,
  requireIova,
  requireNumber,
  requireSetIrqs,
  requireSpace,
} from './arguments.js';
import type {
  Device,
  DeviceInfo,
  DmaMap,
  FeatureReply,
  IrqInfo,
  Mapping,
  PasidBinding,
  RegionInfo,
  SetIrqs,
} from './contract.js';
import { refusal } from './endpoint-state.js';
import type { Endpoint } from './endpoint.js';
import { ClientMapping } from './client-mapping.js';
import type { MigrationData } from './migration/index.js';
import { ClientPasidBinding } from './pasid-binding.js';

/** The device contract in process, over an {@link Endpoint} that was opened for this client. */
export class DeviceClient implements Device {
  readonly #endpoint: Endpoint;
  readonly #onClosed: () => void;
  readonly #mappings = new Set<ClientMapping>();
  readonly #controls = new Set<Control>();
  /**
   * Where reads go first: a handler that answers after its deadline must not find the caller's buffer. One that
   * answers later keeps this one, and the next read gets another.
   */
  #scratch = bufferOf(SCRATCH);
  #closing: Promise<void> | undefined;

  /** `onClosed` is called once, when the device has been given back. */
  constructor(endpoint: Endpoint, onClosed: () => void) {
    this.#endpoint = endpoint;
    this.#onClosed = onClosed;
    trackDisposable(this);
  }

  async info(): Promise<DeviceInfo> {
    return this.#live().info();
  }

  async regionInfo(index: number): Promise<RegionInfo> {
    const endpoint = this.#live();
    requireNumber('index', index);
    return endpoint.regionInfo(index);
  }

  async irqInfo(index: number): Promise<IrqInfo> {
    const endpoint = this.#live();
    requireNumber('index', index);
    return endpoint.irqInfo(index);
  }

  async setIrqs(request: SetIrqs): Promise<number> {
    const endpoint = this.#live();
    requireSetIrqs(request);
    return endpoint.setIrqs(request);
  }

  async read(region: number, offset: number, into: Uint8Array): Promise<number> {
    const endpoint = this.#live();
    requireNumber('region', region);
    requireNumber('offset', offset);
    requireBytes('into', into);
    const own = into.length <= SCRATCH ? this.#scratch : bufferOf(into.length);
    const answer = endpoint.read(region, offset, own, 0, into.length);
    if (typeof answer === 'number') {
      copyBytes(own, into, answer);
      return answer;
    }
    if (own === this.#scratch) {
      this.#scratch = bufferOf(SCRATCH);
    }
    const count = await answer;
    copyBytes(own, into, count);
    return count;
  }

  async write(region: number, offset: number, from: Uint8Array): Promise<number> {
    const endpoint = this.#live();
    requireNumber('region', region);
    requireNumber('offset', offset);
    requireBytes('from', from);
    return endpoint.write(region, offset, viewOf(from), 0, from.length);
  }

  async mmap(region: number, offset: number, length: number): Promise<Mapping> {
    const endpoint = this.#live();
    requireNumber('region', region);
    requireNumber('offset', offset);
    requireNumber('length', length);
    const bytes = endpoint.mmap(region, offset, length);
    const mapping = new ClientMapping(bytes, endpoint, (unmapped) => {
      this.#mappings.delete(unmapped);
    });
    this.#mappings.add(mapping);
    return mapping;
  }

  async reset(): Promise<void> {
    const endpoint = this.#live();
    await endpoint.whileQuiet('reset', () => endpoint.reset());
  }

  async feature(flags: number, payload: Uint8Array): Promise<FeatureReply> {
    const endpoint = this.#live();
    requireNumber('flags', flags);
    requireBytes('payload', payload);
    return { data: await endpoint.feature(flags, payload) };
  }

  async setMigrationState(state: number): Promise<MigrationData | undefined> {
    const endpoint = this.#live();
    requireNumber('state', state);
    return endpoint.whileQuiet('migration', () => endpoint.setMigrationState(state));
  }

  async migrationState(): Promise<number> {
    return this.#live().migrationState();
  }

  async dmaMap(map: DmaMap): Promise<void> {
    const endpoint = this.#live();
    requireDmaMap(map);
    await endpoint.whileQuiet('map', () => {
      endpoint.dmaPlane.map(map);
    });
  }

  async dmaUnmap(iova: Iova, size: number): Promise<number> {
    const endpoint = this.#live();
    requireIova('iova', iova);
    requireNumber('size', size);
    return endpoint.whileQuiet('unmap', () => endpoint.dmaPlane.unmap(iova, size));
  }

  async bind(space: AddressSpace): Promise<PasidBinding> {
    const endpoint = this.#live();
    requireSpace(space);
    return new ClientPasidBinding(endpoint.dmaPlane.bind(space), endpoint.dmaPlane);
  }

  async control(): Promise<Control> {
    const file = this.#live().objects.open();
    const control: Control = new ControlClient(
      new LocalTransport(file, () => {
        this.#controls.delete(control);
      }),
    );
    this.#controls.add(control);
    return control;
  }

  events(): AsyncIterableIterator<DeviceEvent, undefined> {
    const endpoint = this.#live();
    if (endpoint.state !== 'open') {
      throw refusal(endpoint.state, false);
    }
    return endpoint.events.reader();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const mapping of [...this.#mappings]) {
      mapping[Symbol.dispose]();
    }
    // Begun first: their calls end by themselves, at their deadline at the latest.
    const controls = [...this.#controls].map((control) => control.close());
    await this.#endpoint.close();
    await Promise.all(controls);
    trackReleased(this);
    this.#onClosed();
  }

  #live(): Endpoint {
    if (this.#closing !== undefined) {
      throw failure('device.closed');
    }
    return this.#endpoint;
  }
}

const nothing = new DataView(new ArrayBuffer(0));

/** Bytes whose buffer is detached are no bytes, and have no view. */
function viewOf(bytes: Uint8Array): DataView {
  if (liveLength(bytes) === 0) {
    return nothing;
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes of a read that needs no buffer of its own. */
const SCRATCH = 64;

function bufferOf(length: number): DataView {
  return new DataView(new ArrayBuffer(length));
}

/** Up to this many bytes a loop is cheaper than a view for a block copy. */
const LOOP = 16;

function copyBytes(from: DataView, into: Uint8Array, count: number): void {
  if (count > LOOP) {
    into.set(new Uint8Array(from.buffer, 0, count));
    return;
  }
  for (let i = 0; i < count; i++) {
    into[i] = from.getUint8(i);
  }
}
