import type { ResolveDescriptor } from '../irq/index.js';
import type { Tap } from '../interpose/index.js';
import type { DeviceInfo, IrqInfo, RegionInfo, SetIrqs } from './contract.js';
import type { EndpointServices } from './endpoint-services.js';
import { Endpoint } from './endpoint.js';
import type { MigrationData } from './migration/index.js';
import type { QuiesceCause } from './model.js';

/** An endpoint whose tap hears of every call of a client that is a `ClientCall`, and stands around it. */
export class TappedEndpoint extends Endpoint {
  readonly #tap: Tap;

  constructor(services: EndpointServices & { readonly tap: Tap }) {
    super(services);
    this.#tap = services.tap;
  }

  override open(): Promise<void> {
    return this.#tap.call({ kind: 'open' }, () => super.open());
  }

  override close(): Promise<void> {
    return this.#tap.call({ kind: 'close' }, () => super.close());
  }

  override releaseClient(): Promise<void> {
    return this.#tap.call({ kind: 'release' }, () => super.releaseClient());
  }

  override info(): DeviceInfo {
    return this.#tap.call({ kind: 'info' }, () => super.info());
  }

  override regionInfo(index: number): RegionInfo {
    return this.#tap.call({ kind: 'region-info', index }, () => super.regionInfo(index));
  }

  override irqInfo(index: number): IrqInfo {
    return this.#tap.call({ kind: 'irq-info', index }, () => super.irqInfo(index));
  }

  override setIrqs(request: SetIrqs, resolve?: ResolveDescriptor): number {
    return this.#tap.call({ kind: 'set-irqs', request }, () => super.setIrqs(request, resolve));
  }

  override read(
    region: number,
    offset: number,
    data: DataView,
    at: number,
    length: number,
  ): number | Promise<number> {
    return this.#tap.call({ kind: 'read', region, offset, data, at, length }, () =>
      super.read(region, offset, data, at, length),
    );
  }

  override write(
    region: number,
    offset: number,
    data: DataView,
    at: number,
    length: number,
  ): number | Promise<number> {
    return this.#tap.call({ kind: 'write', region, offset, data, at, length }, () =>
      super.write(region, offset, data, at, length),
    );
  }

  override mmap(region: number, offset: number, length: number): Uint8Array {
    return this.#tap.call({ kind: 'mmap', region, offset, length }, () =>
      super.mmap(region, offset, length),
    );
  }

  override reset(): Promise<void> {
    return this.#tap.call({ kind: 'reset' }, () => super.reset());
  }

  override feature(flags: number, payload: Uint8Array): Promise<Uint8Array> {
    return this.#tap.call({ kind: 'feature', flags, payload }, () => super.feature(flags, payload));
  }

  override setMigrationState(state: number): Promise<MigrationData | undefined> {
    return this.#tap.call({ kind: 'migration-state', state }, () => super.setMigrationState(state));
  }

  override whileQuiet<T>(cause: QuiesceCause, run: () => T | Promise<T>): T | Promise<T> {
    return this.#tap.call({ kind: 'quiet', cause }, () => super.whileQuiet(cause, run));
  }
}
