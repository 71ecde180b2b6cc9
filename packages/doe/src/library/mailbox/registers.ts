import { PCI_DOE_CTRL, PCI_DOE_READ, PCI_DOE_STATUS, PCI_DOE_WRITE } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { ALL_ONES, type ConfigAccess } from '../access/index.js';

/**
 * The registers of one DOE Capability. The methods answer without a promise when the accessor does; only `status` takes its time
 * always.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.24.
 */
export class DoeRegisters {
  readonly at: number;
  readonly #config: ConfigAccess;

  constructor(config: ConfigAccess, at: number) {
    this.#config = config;
    this.at = at;
  }

  /** For the details of an error: the DOE Capability by its offset, as `doe.140` has it. */
  get where(): { readonly at: string } {
    return { at: this.at.toString(16) };
  }

  /** The word in front of the registers: id, version, next capability. */
  header(): number | Promise<number> {
    return this.#config.read32(this.at);
  }

  /** Rejects with `doe.device-gone` for all ones: most bits of Status are reserved, and zero. */
  async status(): Promise<number> {
    const status = (await this.#config.read32(this.at + PCI_DOE_STATUS)) >>> 0;
    if (status === ALL_ONES) {
      throw failure('doe.device-gone', this.where);
    }
    return status;
  }

  control(value: number): void | Promise<void> {
    return this.#config.write32(this.at + PCI_DOE_CTRL, value);
  }

  /** Appends a word to the object that the device is given. */
  append(word: number): void | Promise<void> {
    return this.#config.write32(this.at + PCI_DOE_WRITE, word);
  }

  /** The current word of the response. */
  word(): number | Promise<number> {
    return this.#config.read32(this.at + PCI_DOE_READ);
  }

  /** Moves on to the next word of the response. */
  acknowledge(): void | Promise<void> {
    return this.#config.write32(this.at + PCI_DOE_READ, 0);
  }
}
