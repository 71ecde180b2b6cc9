import { absent, ManualClock, type Dma, type Irqs, type Region } from '@mdevkit/core';
import { msi, msix, pcieEndpoint, pciLayout, PciFunction } from '@mdevkit/pci';
import type { DoeCapabilitySpec } from '../feature/doe-feature.js';
import { DEFAULT_LIMITS, type DoeLimits } from '../feature/ports.js';
import { doeCapability } from './doe-capability.js';
import { doeHooks } from './doe-hooks.js';
import { MailboxRegisters } from './mailbox-registers.js';
import { ScriptedPort } from './scripted-port.test-support.js';

export const MSI = 1;
export const MSIX = 2;

const CONFIG = 7;

/** Records what the client is signalled. */
export class RecordedIrqs implements Irqs {
  /** Irq indexes that the client enabled. */
  readonly active = new Set<number>();
  readonly log: string[] = [];

  trigger(index: number, subindex = 0): boolean {
    this.log.push(`trigger ${index}:${subindex}`);
    return true;
  }

  assert(index: number): boolean {
    this.log.push(`assert ${index}`);
    return true;
  }

  deassert(index: number): void {
    this.log.push(`deassert ${index}`);
  }

  enabled(index: number): boolean {
    return this.active.has(index);
  }
}

/** A real PCI function with DOE Capabilities, seen through its config region. It has 4 vectors of MSI and of MSI-X, and INTx. */
export class FunctionBench implements Disposable {
  readonly clock = new ManualClock();
  readonly irqs = new RecordedIrqs();
  readonly ports: readonly ScriptedPort[];
  readonly mailboxes: readonly MailboxRegisters[];
  readonly pci: PciFunction;
  readonly config: Region;
  readonly #data = new DataView(new ArrayBuffer(64));

  constructor(specs: readonly DoeCapabilitySpec[], limits: Partial<DoeLimits> = {}) {
    const layout = pciLayout({
      vendorId: 0x1af4,
      deviceId: 0x10f0,
      classCode: 0xff0000,
      interruptPin: 1,
      bars: { 0: { size: 4096 } },
      capabilities: [
        pcieEndpoint({ at: 0x80, functionLevelReset: true }),
        msi({ at: 0x40, vectors: 4, maskable: true }),
        msix({
          at: 0x60,
          vectors: 4,
          table: { bar: 0, offset: 0 },
          pba: { bar: 0, offset: 0x800 },
        }),
        ...specs.map(doeCapability),
      ],
    });
    this.ports = specs.map(() => new ScriptedPort());
    this.mailboxes = specs.map(
      ({ at, version = 2, message }, index) =>
        new MailboxRegisters({
          at,
          version,
          exchanges: this.port(index),
          interrupt: message === undefined ? undefined : (): void => void this.pci.message(message),
          clock: this.clock,
          limits: { ...DEFAULT_LIMITS, ...limits },
        }),
    );
    this.pci = new PciFunction(layout, {
      irqs: this.irqs,
      // An instance never touches memory.
      dma: { pasid: 0 } as Dma,
      configHooks: Object.assign({}, ...this.mailboxes.map(doeHooks)) as ReturnType<
        typeof doeHooks
      >,
      onFunctionLevelReset: () => {
        this.reset();
      },
    });
    const region = this.pci.regions[CONFIG];
    if (region === undefined || region === absent) {
      throw new Error('no config region');
    }
    this.config = region;
  }

  port(index = 0): ScriptedPort {
    const port = this.ports[index];
    if (port === undefined) {
      throw new Error(`no instance ${index}`);
    }
    return port;
  }

  /** What a device model does in its reset. */
  reset(): void {
    for (const mailbox of this.mailboxes) {
      mailbox.reset();
    }
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  /** 1, 2 or 4 bytes. */
  read(offset: number, width: number): number {
    const data = this.#data;
    data.setUint32(0, 0xeeee_eeee);
    const served = this.config.read(offset, data, 0, width);
    if (served !== width) {
      throw new Error('short read');
    }
    return width === 4
      ? data.getUint32(0, true)
      : width === 2
        ? data.getUint16(0, true)
        : data.getUint8(0);
  }

  /** 1, 2 or 4 bytes. */
  write(offset: number, width: number, value: number): void {
    this.#data.setUint32(0, value, true);
    void this.config.write(offset, this.#data, 0, width);
  }

  /** Writes the words of an object, and Go with other bits of Control. */
  send(at: number, words: readonly number[], control = 0): void {
    for (const word of words) {
      this.write(at + 0x10, 4, word);
    }
    this.write(at + 8, 4, 0x8000_0000 | control);
  }
}
