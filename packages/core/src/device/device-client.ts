import { failure } from '../errors/index.js';
import type { DeviceEvent } from '../event/index.js';
import type { Iova } from '../iommu/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import type {
  Device,
  DeviceInfo,
  DmaMap,
  FeatureReply,
  IrqInfo,
  Mapping,
  RegionInfo,
  SetIrqs,
} from './contract.js';
import { refusal } from './endpoint-state.js';
import type { Endpoint } from './endpoint.js';
import { ClientMapping } from './client-mapping.js';
import type { MigrationData } from './migration/index.js';

/** The device contract in process, over an {@link Endpoint} that was opened for this client. */
export class DeviceClient implements Device {
  readonly #endpoint: Endpoint;
  readonly #onClosed: () => void;
  readonly #mappings = new Set<ClientMapping>();
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
    return this.#live().regionInfo(index);
  }

  async irqInfo(index: number): Promise<IrqInfo> {
    return this.#live().irqInfo(index);
  }

  async setIrqs(request: SetIrqs): Promise<number> {
    return this.#live().setIrqs(request);
  }

  async read(region: number, offset: number, into: Uint8Array): Promise<number> {
    return this.#live().read(region, offset, viewOf(into), 0, into.length);
  }

  async write(region: number, offset: number, from: Uint8Array): Promise<number> {
    return this.#live().write(region, offset, viewOf(from), 0, from.length);
  }

  async mmap(region: number, offset: number, length: number): Promise<Mapping> {
    const bytes = this.#live().mmap(region, offset, length);
    const mapping = new ClientMapping(bytes, this.#endpoint, (unmapped) => {
      this.#mappings.delete(unmapped);
    });
    this.#mappings.add(mapping);
    return mapping;
  }

  async reset(): Promise<void> {
    await this.#live().reset();
  }

  async feature(flags: number, payload: Uint8Array): Promise<FeatureReply> {
    return { data: await this.#live().feature(flags, payload) };
  }

  async setMigrationState(state: number): Promise<MigrationData | undefined> {
    return this.#live().setMigrationState(state);
  }

  async migrationState(): Promise<number> {
    return this.#live().migrationState();
  }

  async dmaMap(map: DmaMap): Promise<void> {
    this.#live().dmaMap(map);
  }

  async dmaUnmap(iova: Iova, size: number): Promise<number> {
    return this.#live().dmaUnmap(iova, size);
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
    await this.#endpoint.close();
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
