import {
  ExtentAllocator,
  IOMMU_PAGE_SIZE,
  settleAll,
  SystemClock,
  takeDown,
  trackDisposable,
  trackReleased,
  unlessGone,
  type Control,
  type Device,
  type DeviceEvent,
  type MdevError,
} from '@mdevkit/core';
import { enableFunction } from '@mdevkit/pci';
import { DiskClass, type DiskInfoValue, type FlashCapabilityValue } from '../abi/index.js';
import { failure } from '../errors/index.js';
import {
  FlashContext,
  requireWhole,
  type ContextOptions,
  type ContextParts,
} from './context/index.js';
import {
  allocateInProcess,
  DEFAULT_IOVA,
  DEFAULT_IOVA_BYTES,
  type FlashOptions,
} from './options.js';
import { readCapability } from './setup/index.js';

/**
 * A flash AFU in use. It works through the device contract and the control plane alone, so the device may be in this process,
 * in another one or in hardware.
 *
 * When the device goes, all contexts are lost: their requests reject with ENODEV `cxlflash.lost` or EIO
 * `cxlflash.context-lost`. When the host asks for the device the requests that are active end, and everything closes.
 */
export class Flash implements AsyncDisposable {
  readonly #control: Control;
  readonly #ownsControl: boolean;
  readonly #parts: ContextParts;
  readonly #release: (() => Promise<void>) | undefined;
  readonly #events: AsyncIterableIterator<DeviceEvent>;
  readonly #contexts = new Set<FlashContext>();
  /** Contexts that are being opened. */
  readonly #openings = new Set<Promise<FlashContext>>();
  #closing: Promise<void> | undefined;

  private constructor(
    device: Device,
    capability: FlashCapabilityValue,
    control: Control,
    options: FlashOptions,
    release: (() => Promise<void>) | undefined,
  ) {
    const { iova = DEFAULT_IOVA, iovaBytes = DEFAULT_IOVA_BYTES } = options;
    this.#control = control;
    this.#ownsControl = options.control === undefined;
    this.#parts = {
      device,
      control,
      capability,
      clock: options.clock ?? new SystemClock(),
      allocateMemory: options.allocateMemory ?? allocateInProcess,
      iova,
      addresses: new ExtentAllocator(iovaBytes, IOMMU_PAGE_SIZE),
    };
    this.#release = release;
    this.#events = device.events();
    trackDisposable(this);
  }

  /**
   * Takes a device that is open into use. Closing the flash leaves the device open, without contexts; `release`, if given, is
   * called at the end.
   *
   * Throws EINVAL `cxlflash.argument`, ENODEV `cxlflash.not-a-flash`, EPROTONOSUPPORT `cxlflash.abi`, EPROTO
   * `cxlflash.capability`, and what the device throws; the device is the caller's then.
   */
  static async attach(
    device: Device,
    options: FlashOptions = {},
    release?: () => Promise<void>,
  ): Promise<Flash> {
    requirePages('iova', options.iova ?? DEFAULT_IOVA);
    requirePages('iovaBytes', options.iovaBytes ?? DEFAULT_IOVA_BYTES);
    const capability = await readCapability(device);
    await enableFunction(device);
    const control = options.control ?? (await device.control());
    const flash = new Flash(device, capability, control, options, release);
    void flash.#listen();
    return flash;
  }

  /** Contexts that are open. */
  get contexts(): readonly FlashContext[] {
    return [...this.#contexts];
  }

  /** Contexts that the device has room for. */
  get maxContexts(): number {
    return this.#parts.capability.contexts;
  }

  /** It closes, or has closed; nothing new can be opened. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** How many disks there are, from number 0 on; those that were removed count. */
  async diskCount(): Promise<number> {
    return (await this.#control.call(DiskClass, 'count', {})).disks;
  }

  /** Throws ENODEV for a disk that there is not. */
  async disk(lun: number): Promise<DiskInfoValue> {
    return (await this.#control.call(DiskClass, 'info', { lun })).disk;
  }

  /**
   * Makes a context with one disk.
   *
   * Throws EINVAL `cxlflash.argument`, EOPNOTSUPP `cxlflash.block-size`, ENOSPC `cxlflash.no-iova`, EBADF `cxlflash.closed`,
   * and what the driver throws: ENODEV for a disk that there is not, ENOSPC when all contexts are in use.
   */
  async openContext(options: ContextOptions = {}): Promise<FlashContext> {
    this.#requireOpen();
    const opening = FlashContext.open(this.#parts, options, (closed) => {
      this.#contexts.delete(closed);
    });
    const context = await this.#during(opening);
    if (this.#closing !== undefined) {
      await context.close();
      throw failure('cxlflash.closed');
    }
    this.#contexts.add(context);
    return context;
  }

  /** Closes every context, which waits for its requests, and gives the device back. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #close(): Promise<void> {
    return takeDown(
      () => settleAll(this.contexts.map((open) => open.close())),
      () => this.#closeOpening(),
      () => (this.#ownsControl ? unlessGone(this.#control.close()) : undefined),
      () => this.#events.return?.(),
      () => {
        trackReleased(this);
      },
      () => this.#release?.(),
    );
  }

  /** Whoever opens one of them closes it at once. */
  async #closeOpening(): Promise<void> {
    const opened = await Promise.allSettled(this.#openings);
    await settleAll(
      opened.map((opening) =>
        opening.status === 'fulfilled' ? opening.value.close() : Promise.resolve(),
      ),
    );
  }

  async #during(opening: Promise<FlashContext>): Promise<FlashContext> {
    this.#openings.add(opening);
    try {
      return await opening;
    } finally {
      this.#openings.delete(opening);
    }
  }

  async #listen(): Promise<void> {
    try {
      for await (const event of this.#events) {
        this.#heard(event);
      }
      this.#lose(failure('cxlflash.lost'));
    } catch (error) {
      this.#lose(failure('cxlflash.lost', {}, error));
    }
  }

  #heard(event: DeviceEvent): void {
    if (event.kind === 'hangup') {
      this.#lose(failure('cxlflash.lost', { why: event.reason }));
    } else if (event.kind === 'request') {
      // The host wants the device back. Whoever closes it is told what went wrong.
      this.close().catch(() => undefined);
    }
  }

  #lose(error: MdevError): void {
    for (const context of this.#contexts) {
      context.lose(error);
    }
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) {
      throw failure('cxlflash.closed');
    }
  }
}

function requirePages(field: string, value: number): void {
  requireWhole(field, value / IOMMU_PAGE_SIZE, 0, Number.MAX_SAFE_INTEGER / IOMMU_PAGE_SIZE);
}
