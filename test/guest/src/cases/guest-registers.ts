import { type Guest } from '../guest/index.js';

/** The 32-bit registers of BAR 0 of the function at `address`, by the programs `mmio-read` and `mmio-write`. */
export class GuestRegisters {
  readonly #guest: Guest;
  readonly #place: string;

  private constructor(guest: Guest, place: string) {
    this.#guest = guest;
    this.#place = place;
  }

  /** Enables the function. */
  static async of(guest: Guest, address: string): Promise<GuestRegisters> {
    const place = `/sys/bus/pci/devices/${address}`;
    await guest.read(`echo 1 >${place}/enable`);
    return new GuestRegisters(guest, place);
  }

  async read(offset: number): Promise<number> {
    return this.#value(`mmio-read ${this.#place}/resource0 ${offset} 1`);
  }

  /** Gives what the register reads afterwards. */
  async write(offset: number, value: number): Promise<number> {
    return this.#value(`mmio-write ${this.#place}/resource0 ${offset} ${value}`);
  }

  async #value(command: string): Promise<number> {
    const output = await this.#guest.read(command);
    return Number(/value (0x[0-9a-f]{8})/.exec(output)?.[1]);
  }
}
