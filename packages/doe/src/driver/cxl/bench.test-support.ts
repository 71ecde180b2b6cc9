import { absent, ManualClock, silentLogger, type Dma, type Irqs, type Logger } from '@mdevkit/core';
import { PCI_COMMAND, PCI_COMMAND_MASTER, PCI_COMMAND_MEMORY } from '@mdevkit/uapi';
import { CxlMemoryDevice, type CxlType3Options } from './index.js';

const MiB = 2 ** 20;

export const oneRange: CxlType3Options = {
  ranges: [
    {
      dpa: 0,
      length: 256 * MiB,
      volatile: true,
      latency: { read: 150, write: 250 },
      bandwidth: { read: 16_000, write: 16_000 },
    },
  ],
};

export const COMPONENT = 0;
export const DEVICE = 2;
export const CONFIG = 7;

/** How a command of the mailbox ended. */
export interface CommandOutcome {
  readonly code: number;
  readonly output: string;
}

/** A memory device as its host sees it, with memory space enabled. */
export class CxlBench implements Disposable {
  readonly clock = new ManualClock();
  readonly signalled: string[] = [];
  readonly device: CxlMemoryDevice;

  constructor(options: CxlType3Options = oneRange, logger: Logger = silentLogger) {
    const irqs: Irqs = {
      trigger: (index, subindex = 0) => {
        this.signalled.push(`${index}:${subindex}`);
        return true;
      },
      assert: () => true,
      deassert: () => undefined,
      enabled: (index) => index === 2,
    };
    // A memory device never masters the bus.
    const dma = { pasid: 0 } as Dma;
    this.device = new CxlMemoryDevice({ irqs, dma, clock: this.clock, logger }, options);
    this.enable();
  }

  enable(): void {
    this.write(CONFIG, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
  }

  read(region: number, offset: number, width: number): number {
    const bytes = this.bytes(region, offset, width);
    return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  }

  bytes(region: number, offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const served = this.#region(region).read(offset, new DataView(bytes.buffer), 0, length);
    if (served !== length) {
      throw new Error('short read');
    }
    return bytes;
  }

  write(region: number, offset: number, width: number, value: number): void {
    const bytes = Uint8Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);
    this.put(region, offset, bytes);
  }

  put(region: number, offset: number, bytes: Uint8Array): void {
    const data = new DataView(bytes.slice().buffer);
    const served = this.#region(region).write(offset, data, 0, bytes.length);
    if (served !== bytes.length) {
      throw new Error('short write');
    }
  }

  /** As Linux drivers/cxl/pci.c, __cxl_pci_mbox_send_cmd has it; `input` in hex. */
  command(opcode: number, input = '', length = input.length / 2): CommandOutcome {
    if (this.read(DEVICE, 0x104, 4) !== 0) {
      throw new Error('the doorbell is set');
    }
    if (input !== '') {
      this.put(DEVICE, 0x120, Uint8Array.from(Buffer.from(input, 'hex')));
    }
    this.write(DEVICE, 0x108, 8, opcode + length * 2 ** 16);
    this.write(DEVICE, 0x104, 4, 1);
    if (this.read(DEVICE, 0x104, 4) !== 0) {
      throw new Error('the doorbell is still set');
    }
    const code = Math.floor(this.read(DEVICE, 0x110, 8) / 2 ** 32) % 2 ** 16;
    const answered = Math.floor((this.read(DEVICE, 0x108, 8) / 2 ** 16) % 2 ** 21);
    const output = this.bytes(DEVICE, 0x120, answered);
    return { code, output: Buffer.from(output).toString('hex') };
  }

  /** Sends a data object through the registers of a DOE Capability; the words of the answer, or Error. */
  exchange(at: number, object: readonly number[]): readonly number[] | 'error' {
    for (const word of [object[0] ?? 0, object.length + 1, ...object.slice(1)]) {
      this.write(CONFIG, at + 0x10, 4, word);
    }
    this.write(CONFIG, at + 8, 4, 0x8000_0000);
    if ((this.read(CONFIG, at + 0xc, 4) & 4) !== 0) {
      this.write(CONFIG, at + 8, 4, 1);
      return 'error';
    }
    const words: number[] = [];
    while (this.read(CONFIG, at + 0xc, 4) >= 0x8000_0000) {
      words.push(this.read(CONFIG, at + 0x14, 4));
      this.write(CONFIG, at + 0x14, 4, 0);
    }
    return words;
  }

  [Symbol.dispose](): void {
    this.device[Symbol.dispose]();
  }

  #region(index: number): Exclude<CxlMemoryDevice['regions'][number], undefined | symbol> {
    const region = this.device.regions[index];
    if (region === undefined || region === absent) {
      throw new Error(`no region ${index}`);
    }
    return region;
  }
}
