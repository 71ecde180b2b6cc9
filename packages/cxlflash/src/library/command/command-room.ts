import { ALL_ONES, HostRegister } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import type { HostWindow } from '../setup/index.js';

/**
 * How many commands the device takes: counted down here, and asked for again when nothing is left.
 *
 * Source: drivers/scsi/cxlflash/main.c, send_cmd_ioarrin (afu->hwqs[].room).
 */
export class CommandRoom {
  readonly #window: HostWindow;
  #room = 0;

  constructor(window: HostWindow) {
    this.#window = window;
  }

  /** Takes room for one command; false if the device has to be asked first. */
  take(): boolean {
    if (this.#room === 0) {
      return false;
    }
    this.#room -= 1;
    return true;
  }

  /** Asks the device; false if it has no room. Throws EIO `cxlflash.context-lost` if it does not answer. */
  async ask(): Promise<boolean> {
    const value = await this.#window.read(HostRegister.CMD_ROOM);
    if (value === ALL_ONES) {
      throw failure('cxlflash.context-lost', { register: 'cmd_room' });
    }
    this.#room = Math.max(0, Number(BigInt.asIntN(64, value)));
    return this.#room > 0;
  }

  /** Everything was dropped; nobody knows what there is now. */
  forget(): void {
    this.#room = 0;
  }
}
