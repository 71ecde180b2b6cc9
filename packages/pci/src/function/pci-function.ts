import { absent, type Dma, type IrqIndexSpec, type Region, type RegionSlot } from '@mdevkit/core';
import type { PciFunctionLayout } from '../layout/index.js';
import { barRegion } from './bar-region.js';
import { ConfigSpace, type ConfigSpaceOwner, type ResetCause } from './config-space.js';
import { configRegion, romRegion } from './fixed-regions.js';
import { GatedDma } from './gated-dma.js';
import { InterruptRouter } from './interrupt-router.js';
import type { PciFunctionServices } from './services.js';

/**
 * One PCI function: config space, BARs and interrupts. A device model of `vfio-pci` has one and passes
 * `regions` and `irqs` on as its own.
 *
 * The command register works: BARs answer EIO while their space is disabled, `dma` and messages need Bus
 * Master Enable, INTx obeys Interrupt Disable. A reset through config space (Initiate Function Level Reset, or
 * D3hot to D0 without No_Soft_Reset) resets all regions, keeping sticky bits, and then calls the model.
 *
 * Source: Linux drivers/vfio/pci (vfio_pci_config.c, vfio_pci_rdwr.c, vfio_pci_intrs.c); PCI Express Base
 * Specification 6.0, chapters 6 and 7.
 */
export class PciFunction {
  readonly layout: PciFunctionLayout;
  /** By VFIO region index: BAR 0 .. 5, ROM, CONFIG, VGA (absent). */
  readonly regions: readonly RegionSlot[];
  /** By VFIO irq index: INTx, MSI, MSI-X, ERR, REQ. */
  readonly irqs: readonly IrqIndexSpec[];
  /** Config space from the device's side. */
  readonly config: ConfigSpace;
  /** Memory of the client; throws `pci.bus-master` (EIO) while the function may not master the bus. */
  readonly dma: Dma;
  readonly #interrupts: InterruptRouter;
  readonly #services: PciFunctionServices;

  /** @throws RangeError if the services do not fit the layout. */
  constructor(layout: PciFunctionLayout, services: PciFunctionServices) {
    this.layout = layout;
    this.irqs = layout.irqs;
    this.config = new ConfigSpace(layout, this.#owner(), {
      hooks: services.configHooks,
      initial: services.initial,
    });
    this.dma = new GatedDma(services.dma, this.config);
    this.#interrupts = new InterruptRouter(layout, services.irqs, this.config);
    this.#services = services;
    this.regions = this.#makeRegions();
  }

  /** Memory BARs answer: Memory Space Enable, and not in D3hot. */
  get memoryEnabled(): boolean {
    return this.config.memoryEnabled;
  }

  /** DMA and messages are allowed: Bus Master Enable, and not in D3hot. */
  get busMaster(): boolean {
    return this.config.busMaster;
  }

  /** Interrupt Disable is set in the command register. */
  get intxDisabled(): boolean {
    return this.config.intxDisabled;
  }

  /**
   * Raises an interrupt by the mechanism that the client enabled through VFIO_DEVICE_SET_IRQS: MSI-X, else
   * MSI, else INTx. Returns whether the client was signalled.
   *
   * - A vector that the active mechanism does not have goes to its last one; INTx has one line.
   * - A message that Bus Master Enable, an MSI mask bit or the MSI-X Function Mask forbids becomes pending and
   *   is sent, once, when nothing forbids it any more. A message that is declared but that the client did
   *   not enable is dropped.
   * - INTx stays asserted until {@link clearInterrupt}; Interrupt Status shows it also while Interrupt
   *   Disable hides it from the client.
   *
   * @throws RangeError unless `vector` is an integer in `0 .. layout.vectors - 1`
   */
  interrupt(vector: number): boolean {
    return this.#interrupts.raise(vector);
  }

  /**
   * As {@link interrupt}, for what interrupts by messages alone: without MSI-X and MSI nobody is told, and INTx is left
   * alone. A capability with an Interrupt Message Number of its own is one.
   *
   * Source: PCI Express Base Specification 6.0, sections 7.9.24.2 (DOE) and 7.8.4.10 (AER).
   *
   * @throws RangeError unless `vector` is an integer in `0 .. layout.vectors - 1`
   */
  message(vector: number): boolean {
    return this.#interrupts.message(vector);
  }

  /** Lowers the INTx line. Nothing to do for messages. */
  clearInterrupt(): void {
    this.#interrupts.clear();
  }

  /**
   * Config space back to its reset values, pending messages dropped, INTx low. The core does this by itself,
   * by resetting the CONFIG region, before it calls DeviceModel.reset.
   */
  reset(): void {
    this.config.reset();
  }

  #owner(): ConfigSpaceOwner {
    return {
      controlsChanged: () => {
        this.#interrupts.controlsChanged();
      },
      configReset: () => {
        this.#interrupts.reset();
      },
      softReset: (cause) => this.#softReset(cause),
    };
  }

  #softReset(cause: ResetCause): void | Promise<void> {
    const quiet = this.#becomeQuiet();
    return quiet === undefined ? this.#resetNow(cause) : this.#resetWhenQuiet(quiet, cause);
  }

  #becomeQuiet(): void | Promise<void> {
    try {
      return this.#services.quiesce?.('function-reset');
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #resetWhenQuiet(quiet: Promise<void>, cause: ResetCause): Promise<void> {
    try {
      await quiet;
    } finally {
      await this.#resetNow(cause);
    }
  }

  #resetNow(cause: ResetCause): void | Promise<void> {
    const resume = (): void => this.#services.resume?.();
    const answer = this.#resetParts(cause);
    if (answer === undefined) {
      resume();
      return;
    }
    return answer.finally(resume);
  }

  #resetParts(cause: ResetCause): void | Promise<void> {
    this.config.resetKeepingSticky();
    for (const region of this.regions.slice(0, -2)) {
      if (region !== undefined && region !== absent) {
        region.reset();
      }
    }
    return this.#services.onFunctionLevelReset?.(cause);
  }

  #makeRegions(): readonly RegionSlot[] {
    const { layout, config } = this;
    const memoryEnabled = (): boolean => config.memoryEnabled;
    const ioEnabled = (): boolean => config.ioEnabled;
    const { bars = {} } = this.#services;
    const regions = layout.bars.map((bar, index): Region | undefined => {
      const ranges = Object.entries(bars).find(([key]) => Number(key) === index)?.[1];
      if (bar === undefined) {
        if (ranges !== undefined) {
          throw new RangeError(`BAR ${index} has ranges but the layout does not declare it`);
        }
        return undefined;
      }
      return barRegion(bar, {
        layout,
        ranges: ranges ?? [],
        pba: this.#interrupts.msix,
        accessible: bar.kind === 'io' ? ioEnabled : memoryEnabled,
      });
    });
    return [
      ...regions,
      layout.rom && romRegion(layout.rom, memoryEnabled),
      configRegion(layout.configSize, config),
      absent,
    ];
  }
}
