import type { DeviceModel, ModelServices } from '@mdevkit/core';
import { PciFunction } from '@mdevkit/pci';
import { bridgeRegisters } from './bridge-registers.js';
import { idioLayout, idioRegisters, IRQ_HIGH, IRQ_LOW, IRQ_PENDING } from './idio-16-registers.js';
import type { Pins } from './pins.js';

/**
 * An ACCES PCI-IDIO-16: 16 inputs, 16 outputs, and an interrupt when an input changes. Linux binds
 * gpio-pci-idio-16 to it.
 *
 * Left out, with the reasons: filters are switched but do not delay, because inputs that a program sets do
 * not bounce; the bridge does not decode addresses, because config space does.
 */
export class Idio16 implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly #pins: Pins;
  readonly #pci: PciFunction;
  readonly #card = idioRegisters.instantiate({
    OUT_LOW: { write: () => this.#driveOutputs() },
    OUT_HIGH: { write: () => this.#driveOutputs() },
    IN_LOW: { read: () => this.#pins.inputs & 0xff, write: () => this.#latch(0) },
    IN_HIGH: { read: () => this.#pins.inputs >> 8 },
    IRQ_CONTROL: { read: () => this.#enable(true), write: () => this.#enable(false) },
    FILTER_CONTROL: { read: () => this.#filterAll(true), write: () => this.#filterAll(false) },
    FILTER: { write: (_value, previous) => this.#keepFilters(previous) },
  });
  readonly #bridge = bridgeRegisters.instantiate({
    INTCSR: { write: () => this.#driveLine() },
  });
  #watch: Disposable | undefined;
  #enabled = false;
  #filteringAll = false;
  /** The inputs when a change was last looked for. */
  #seen = 0;

  constructor(pins: Pins, { irqs, dma }: Pick<ModelServices, 'irqs' | 'dma'>) {
    this.#pins = pins;
    const bridge = trapped(this.#bridge);
    this.#pci = new PciFunction(idioLayout, {
      irqs,
      dma,
      bars: { 0: [bridge], 1: [bridge], 2: [trapped(this.#card)] },
    });
    this.regions = this.#pci.regions;
    this.irqs = this.#pci.irqs;
  }

  open(): void {
    this.#watch = this.#pins.onInputs(() => this.#inputsChanged());
  }

  /** Nobody drives the outputs any more, so they are off. */
  close(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
    this.#pins.drive(0);
  }

  /** The registers have their reset values by now, and the line is low. */
  reset(): void {
    this.#enabled = false;
    this.#filteringAll = false;
    this.#driveOutputs();
  }

  #driveOutputs(): void {
    this.#pins.drive(this.#card.get('OUT_LOW') | (this.#card.get('OUT_HIGH') << 8));
  }

  /** A change is latched while the interrupt is enabled; disabling it hides the latch and does not clear it. */
  #inputsChanged(): void {
    const changed = this.#pins.inputs ^ this.#seen;
    this.#seen = this.#pins.inputs;
    if (changed !== 0 && this.#enabled) {
      const low = (changed & 0x00ff) !== 0 ? IRQ_LOW : 0;
      const high = (changed & 0xff00) !== 0 ? IRQ_HIGH : 0;
      this.#latch(this.#card.get('IRQ_STATUS') | IRQ_PENDING | low | high);
    }
  }

  #latch(status: number): void {
    this.#card.set('IRQ_STATUS', status);
    this.#driveLine();
  }

  #enable(enabled: boolean): number {
    if (enabled && !this.#enabled) {
      this.#seen = this.#pins.inputs;
    }
    this.#enabled = enabled;
    this.#driveLine();
    return 0;
  }

  /** From the card through the bridge to INTA. */
  #driveLine(): void {
    const asserted = this.#enabled && this.#card.get('IRQ_STATUS') !== 0;
    this.#bridge.setField('INTCSR', 'LI1STAT', asserted ? 1 : 0);
    const passed =
      this.#bridge.field('INTCSR', 'LI1ENAB') !== 0 &&
      this.#bridge.field('INTCSR', 'PCIENAB') !== 0;
    if (asserted && passed) {
      this.#pci.interrupt(0);
    } else {
      this.#pci.clearInterrupt();
    }
  }

  #filterAll(active: boolean): number {
    this.#filteringAll = active;
    this.#card.set('FILTER', active ? 0xff : 0);
    return 0;
  }

  /** Single filters are not to be had while all are active. */
  #keepFilters(previous: number): void {
    if (this.#filteringAll) {
      this.#card.set('FILTER', previous);
    }
  }
}

function trapped<H extends { readonly size: number }>(
  handler: H,
): { readonly kind: 'trapped'; readonly offset: 0; readonly size: number; readonly handler: H } {
  return { kind: 'trapped', offset: 0, size: handler.size, handler };
}
