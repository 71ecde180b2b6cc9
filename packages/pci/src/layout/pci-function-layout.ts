import { registerLayout, type IrqIndexSpec, type RegisterLayout } from '@mdevkit/core';
import { PCI_CFG_SPACE_EXP_SIZE, PCI_CFG_SPACE_SIZE } from '@mdevkit/uapi';
import {
  chainRegisters,
  firstCapability,
  placeCapabilities,
  type CapabilityTraits,
  type ExpressTraits,
  type MsiTraits,
  type MsixTraits,
  type PlacedCapability,
  type PowerManagementTraits,
} from '../capability/index.js';
import { barRegisters, romRegister } from './bar-registers.js';
import { compileBars, type CompiledBar } from './bars.js';
import type { PciFunctionSpec } from './function-spec.js';
import { headerRegisters } from './header-registers.js';
import { irqIndexes } from './irq-indexes.js';
import { msixStructures, type MsixStructure } from './msix-structures.js';
import { paddedRom } from './rom.js';

/** Bits of a register that a function-level reset leaves alone. */
export interface StickyBits {
  readonly register: string;
  readonly mask: number;
}

/**
 * A {@link PciFunctionSpec}, checked and compiled: config space, BARs, interrupts. Immutable, made once and
 * shared by every function of a driver, so that a function holds no more than its state.
 *
 * @throws RangeError or TypeError, with a sentence that says which part of the declaration is wrong.
 */
export class PciFunctionLayout {
  readonly config: RegisterLayout<string>;
  /** 256, or 4096 with PCI Express. */
  readonly configSize: number;
  readonly capabilities: readonly PlacedCapability[];
  /** By index; the upper half of a 64-bit BAR is undefined, as is an unimplemented one. */
  readonly bars: readonly (CompiledBar | undefined)[];
  /** Contents of the expansion ROM, a power of two of bytes. */
  readonly rom: Uint8Array | undefined;
  /** By VFIO irq index. */
  readonly irqs: readonly IrqIndexSpec[];
  readonly power: PowerManagementTraits | undefined;
  readonly express: ExpressTraits | undefined;
  readonly msi: MsiTraits | undefined;
  readonly msix: MsixTraits | undefined;
  readonly msixStructures: readonly MsixStructure[];
  readonly intx: boolean;
  /** How many interrupt vectors a model may raise: the most that one mechanism has. */
  readonly vectors: number;
  readonly sticky: readonly StickyBits[];

  constructor(spec: PciFunctionSpec) {
    this.capabilities = placeCapabilities(spec.capabilities ?? []);
    this.bars = compileBars(spec.bars);
    this.rom = spec.rom === undefined ? undefined : paddedRom(spec.rom);
    this.power = this.#traits('power-management');
    this.express = this.#traits('express');
    this.msi = this.#traits('msi');
    this.msix = this.#traits('msix');
    this.msixStructures = msixStructures(this.msix, this.bars);
    this.intx = (spec.interruptPin ?? 0) !== 0;
    this.vectors = Math.max(this.msi?.vectors ?? 0, this.msix?.vectors ?? 0, this.intx ? 1 : 0);
    this.irqs = irqIndexes({
      intx: this.intx,
      msi: this.msi,
      msix: this.msix,
      express: this.express !== undefined,
    });
    this.sticky = this.capabilities.flatMap(({ spec: { name, sticky = {} } }) =>
      Object.entries(sticky).map(([register, mask]) => ({ register: `${name}.${register}`, mask })),
    );
    this.configSize = this.express === undefined ? PCI_CFG_SPACE_SIZE : PCI_CFG_SPACE_EXP_SIZE;
    this.config = registerLayout('config', this.configSize, [
      ...headerRegisters(spec, {
        hasIoBar: this.bars.some((bar) => bar?.kind === 'io'),
        firstCapability: firstCapability(this.capabilities),
      }),
      ...this.bars.flatMap((bar) => (bar === undefined ? [] : barRegisters(bar))),
      ...(this.rom === undefined ? [] : [romRegister(this.rom.length)]),
      ...chainRegisters(this.capabilities),
    ]);
  }

  #traits<K extends CapabilityTraits['kind']>(
    kind: K,
  ): Extract<CapabilityTraits, { kind: K }> | undefined {
    return this.capabilities
      .map(({ spec }) => spec.traits)
      .find((traits): traits is Extract<CapabilityTraits, { kind: K }> => traits?.kind === kind);
  }
}

/** Compiles a declaration; see {@link PciFunctionLayout}. */
export function pciLayout(spec: PciFunctionSpec): PciFunctionLayout {
  return new PciFunctionLayout(spec);
}
