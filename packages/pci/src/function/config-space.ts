import type {
  RangeHandler,
  RegisterHooks,
  RegisterMap,
  RegisterPlace,
  RegisterRow,
} from '@mdevkit/core';
import {
  PCI_COMMAND_INTX_DISABLE,
  PCI_COMMAND_IO,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  PCI_EXP_DEVCTL_BCR_FLR,
  PCI_MSIX_FLAGS_MASKALL,
} from '@mdevkit/uapi';
import type { PciFunctionLayout } from '../layout/index.js';
import { canEnter, D3hot, resetsItself } from './power-state.js';

/** Why a function reset itself. */
export type ResetCause = 'function-level-reset' | 'power';

/** What config space tells the function that it belongs to. */
export interface ConfigSpaceOwner {
  /** Command, mask or power bits may have changed. */
  controlsChanged(): void;
  /** Everything has its reset value again. */
  configReset(): void;
  /** The client asked for a reset by a write that waits until it is done. */
  softReset(cause: ResetCause): void | Promise<void>;
}

/** What is particular to one instance. */
export interface ConfigSpaceOptions {
  readonly hooks?: RegisterHooks<string> | undefined;
  readonly initial?: Readonly<Record<string, number>> | undefined;
}

/**
 * Config space of one function, and what its bits say. The client sees it as a range of the CONFIG region,
 * the model through {@link get} and {@link set}; changes from both sides take effect at once. The bits that
 * are asked at every access are kept decoded.
 */
export class ConfigSpace implements RangeHandler {
  readonly #layout: PciFunctionLayout;
  readonly #owner: ConfigSpaceOwner;
  readonly #registers: RegisterMap<string>;
  readonly #initial: Readonly<Record<string, number>> | undefined;
  #command = 0;
  #power = 0;
  #msiMask = 0;
  #msixMasked = false;

  constructor(
    layout: PciFunctionLayout,
    owner: ConfigSpaceOwner,
    { hooks, initial }: ConfigSpaceOptions = {},
  ) {
    this.#layout = layout;
    this.#owner = owner;
    this.#registers = layout.config.instantiate(hooks);
    this.#initial = initial;
    this.#applyInitial();
  }

  /** Memory BARs and the ROM answer (drivers/vfio/pci/vfio_pci_config.c, __vfio_pci_memory_enabled). */
  get memoryEnabled(): boolean {
    return (this.#command & PCI_COMMAND_MEMORY) !== 0 && this.#power !== D3hot;
  }

  /** I/O BARs answer. */
  get ioEnabled(): boolean {
    return (this.#command & PCI_COMMAND_IO) !== 0 && this.#power !== D3hot;
  }

  /** The function may access memory and send messages. */
  get busMaster(): boolean {
    return (this.#command & PCI_COMMAND_MASTER) !== 0 && this.#power !== D3hot;
  }

  /** The command register forbids INTx. */
  get intxDisabled(): boolean {
    return (this.#command & PCI_COMMAND_INTX_DISABLE) !== 0;
  }

  /** 0 .. 3 for D0, D1, D2, D3hot. */
  get powerState(): number {
    return this.#power;
  }

  /** Whether MSI vector `vector` is masked; never without per-vector masking. */
  msiMasked(vector: number): boolean {
    return ((this.#msiMask >>> vector) & 1) !== 0;
  }

  /** MSI-X Function Mask. */
  get msixMasked(): boolean {
    return this.#msixMasked;
  }

  registerAt(offset: number): RegisterPlace | undefined {
    return this.#registers.registerAt(offset);
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    return this.#registers.read(offset, data, at, length);
  }

  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    const served = this.#registers.write(offset, data, at, length);
    const cause = this.#resetCause();
    if (cause === undefined) {
      this.#changed();
      return served;
    }
    const reset = this.#owner.softReset(cause);
    return typeof reset === 'object' ? reset.then(() => served) : served;
  }

  /** Every register to its reset value, as after power-on. */
  reset(): void {
    this.#registers.reset();
    this.#applyInitial();
    this.#owner.configReset();
  }

  /**
   * As {@link reset}, but sticky bits keep their value: what a reset through config space does.
   *
   * Source: PCI Express Base Specification 6.0, section 6.6.2.
   */
  resetKeepingSticky(): void {
    const { sticky } = this.#layout;
    const kept = sticky.map(({ register }) => this.#registers.get(register));
    this.reset();
    sticky.forEach(({ register, mask }, index) => {
      const fresh = this.#registers.get(register);
      this.#registers.set(register, ((fresh & ~mask) | ((kept[index] ?? 0) & mask)) >>> 0);
    });
  }

  /** A register of up to 4 bytes as the device sees it, for example `msi.data`. */
  get(name: string): number {
    return this.#registers.get(name);
  }

  /** Sets a register from the device's side: no mask applies, no hook is called. */
  set(name: string, value: number): void {
    this.#registers.set(name, value);
    this.#changed();
  }

  /** A register of 8 bytes. */
  get64(name: string): bigint {
    return this.#registers.get64(name);
  }

  set64(name: string, value: bigint): void {
    this.#registers.set64(name, value);
    this.#changed();
  }

  field(name: string, field: string): number {
    return this.#registers.field(name, field);
  }

  setField(name: string, field: string, value: number): void {
    this.#registers.setField(name, field, value);
    this.#changed();
  }

  /** Every register with its value, for people; no side effects. */
  describe(): RegisterRow[] {
    return this.#registers.describe();
  }

  /** The Interrupt Status bit, which only the interrupt logic writes: nothing else depends on it. */
  showInterrupt(pending: boolean): void {
    this.#registers.setField('status', 'interrupt', pending ? 1 : 0);
  }

  /** The pending bits of MSI, which only the interrupt logic writes. */
  showMsiPending(bits: number): void {
    this.#registers.set('msi.pending', bits);
  }

  #changed(): void {
    this.#decode();
    this.#owner.controlsChanged();
  }

  #decode(): void {
    const { power, msi, msix } = this.#layout;
    this.#command = this.#registers.get('command');
    this.#power = power === undefined ? 0 : this.#registers.field('pm.control', 'state');
    this.#msiMask = msi?.maskable === true ? this.#registers.get('msi.mask') : 0;
    this.#msixMasked =
      msix !== undefined && (this.#registers.get('msix.control') & PCI_MSIX_FLAGS_MASKALL) !== 0;
  }

  #applyInitial(): void {
    for (const [name, value] of Object.entries(this.#initial ?? {})) {
      this.#registers.set(name, value);
    }
    this.#decode();
  }

  /** Whether what the client just wrote resets the function; takes back what must not stay. */
  #resetCause(): ResetCause | undefined {
    const { power, express } = this.#layout;
    let cause: ResetCause | undefined;
    if (power !== undefined) {
      const state = this.#registers.field('pm.control', 'state');
      if (!canEnter(power, this.#power, state)) {
        this.#registers.setField('pm.control', 'state', this.#power);
      } else if (resetsItself(power, this.#power, state)) {
        cause = 'power';
      }
    }
    if (
      express?.functionLevelReset === true &&
      (this.#registers.get('pcie.device-control') & PCI_EXP_DEVCTL_BCR_FLR) !== 0
    ) {
      // The reset itself clears the bit again.
      cause = 'function-level-reset';
    }
    return cause;
  }
}
