import type { Irqs } from '@mdevkit/core';
import {
  VFIO_PCI_INTX_IRQ_INDEX,
  VFIO_PCI_MSIX_IRQ_INDEX,
  VFIO_PCI_MSI_IRQ_INDEX,
} from '@mdevkit/uapi';
import type { PciFunctionLayout } from '../layout/index.js';
import type { ConfigSpace } from './config-space.js';
import { PendingVectors } from './pending-vectors.js';
import { D3hot } from './power-state.js';

/**
 * Sends a vector by the mechanism that the client enabled, and holds back what config space forbids.
 *
 * Source: PCI Express Base Specification 6.0, section 6.1.4 (MSI, MSI-X), sections 7.5.1.1.3 and 7.5.1.1.4
 * (Bus Master Enable, Interrupt Disable, Interrupt Status).
 */
export class InterruptRouter {
  readonly #layout: PciFunctionLayout;
  readonly #irqs: Irqs;
  readonly #config: ConfigSpace;
  readonly #msi: PendingVectors | undefined;
  /** What waits in MSI-X, and the Pending Bit Array. */
  readonly msix: PendingVectors | undefined;
  /** The device asserts INTx. */
  #line = false;
  /** The bus sees it. */
  #driven = false;

  constructor(layout: PciFunctionLayout, irqs: Irqs, config: ConfigSpace) {
    this.#layout = layout;
    this.#irqs = irqs;
    this.#config = config;
    this.#msi = layout.msi && new PendingVectors(layout.msi.vectors);
    this.msix = layout.msix && new PendingVectors(layout.msix.vectors);
  }

  /** See PciFunction.interrupt. */
  raise(vector: number): boolean {
    this.#check(vector);
    return this.#send(vector) ?? (this.#layout.intx && this.#raiseLine());
  }

  /** See PciFunction.message. */
  message(vector: number): boolean {
    this.#check(vector);
    return this.#send(vector) ?? false;
  }

  /** Undefined if the client has enabled no messages. */
  #send(vector: number): boolean | undefined {
    if (this.msix !== undefined && this.#irqs.enabled(VFIO_PCI_MSIX_IRQ_INDEX)) {
      return this.#raiseMsix(this.msix, Math.min(vector, this.msix.vectors - 1));
    }
    if (this.#msi !== undefined && this.#irqs.enabled(VFIO_PCI_MSI_IRQ_INDEX)) {
      return this.#raiseMsi(this.#msi, Math.min(vector, this.#msi.vectors - 1));
    }
    return undefined;
  }

  #check(vector: number): void {
    const { vectors } = this.#layout;
    if (!Number.isInteger(vector) || vector < 0 || vector >= vectors) {
      throw new RangeError(
        `Vector ${vector} is not one of the ${vectors} that the function declares`,
      );
    }
  }

  /** Lowers the INTx line. */
  clear(): void {
    if (this.#line) {
      this.#line = false;
      this.#config.showInterrupt(false);
      this.#drive();
    }
  }

  /** Config space changed: sends what no longer has to wait. */
  controlsChanged(): void {
    this.#drive();
    this.#flushMsix();
    this.#flushMsi();
  }

  /** Config space was reset: nothing waits, the line is low. */
  reset(): void {
    this.msix?.reset();
    this.#msi?.reset();
    this.#line = false;
    this.#drive();
  }

  #raiseLine(): boolean {
    if (!this.#line) {
      this.#line = true;
      this.#config.showInterrupt(true);
    }
    if (!this.#lineAllowed) {
      return false;
    }
    this.#driven = true;
    return this.#irqs.assert(VFIO_PCI_INTX_IRQ_INDEX);
  }

  get #lineAllowed(): boolean {
    return !this.#config.intxDisabled && this.#config.powerState !== D3hot;
  }

  #drive(): void {
    const driven = this.#line && this.#lineAllowed;
    if (driven === this.#driven) {
      return;
    }
    this.#driven = driven;
    if (driven) {
      this.#irqs.assert(VFIO_PCI_INTX_IRQ_INDEX);
    } else {
      this.#irqs.deassert(VFIO_PCI_INTX_IRQ_INDEX);
    }
  }

  #raiseMsix(pending: PendingVectors, vector: number): boolean {
    if (this.#config.busMaster && !this.#config.msixMasked) {
      return this.#irqs.trigger(VFIO_PCI_MSIX_IRQ_INDEX, vector);
    }
    pending.add(vector);
    return false;
  }

  #raiseMsi(pending: PendingVectors, vector: number): boolean {
    if (this.#config.busMaster && !this.#config.msiMasked(vector)) {
      return this.#irqs.trigger(VFIO_PCI_MSI_IRQ_INDEX, vector);
    }
    pending.add(vector);
    this.#showMsi(pending);
    return false;
  }

  #flushMsix(): void {
    const pending = this.msix;
    if (pending === undefined) {
      return;
    }
    for (let vector = 0; vector < pending.vectors && pending.any; vector++) {
      // Asked each time: whoever is signalled may write to config space.
      if (!this.#config.busMaster || this.#config.msixMasked) {
        return;
      }
      if (pending.has(vector)) {
        pending.remove(vector);
        this.#irqs.trigger(VFIO_PCI_MSIX_IRQ_INDEX, vector);
      }
    }
  }

  #flushMsi(): void {
    const pending = this.#msi;
    if (pending === undefined) {
      return;
    }
    for (let vector = 0; vector < pending.vectors && pending.any; vector++) {
      if (!this.#config.busMaster) {
        return;
      }
      if (pending.has(vector) && !this.#config.msiMasked(vector)) {
        pending.remove(vector);
        this.#showMsi(pending);
        this.#irqs.trigger(VFIO_PCI_MSI_IRQ_INDEX, vector);
      }
    }
  }

  #showMsi(pending: PendingVectors): void {
    if (this.#layout.msi?.maskable === true) {
      this.#config.showMsiPending(pending.firstWord);
    }
  }
}
