import { type DoeTransport } from '@mdevkit/doe';
import { type Guest } from '../guest/index.js';

/**
 * A DOE Capability of a function of a guest, reached from inside the guest: the program `doe-exchange` does each exchange
 * through sysfs. So a requester of the host sees what a program of the guest sees.
 */
export class GuestDoe implements DoeTransport {
  readonly #guest: Guest;
  readonly #place: string;

  /** `at` is the config offset of the capability. */
  constructor(guest: Guest, address: string, at: number) {
    this.#guest = guest;
    this.#place = `${address} ${at}`;
  }

  async exchange(vendor: number, type: number, payload: Uint8Array): Promise<Uint8Array> {
    const digits = Buffer.from(payload).toString('hex');
    const answer = await this.#guest.read(
      `doe-exchange ${this.#place} ${vendor} ${type} ${digits}`,
    );
    return new Uint8Array(Buffer.from(answer, 'hex'));
  }
}
