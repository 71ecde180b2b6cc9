import { ALL_ONES, CONTEXT_RESET, HostRegister } from '../../abi/index.js';
import type { HostWindow } from './host-window.js';

/** How often the register is looked at before the context is given up; the wait in between doubles, from 1 ms. */
const ATTEMPTS = 11;

/**
 * Makes a context drop all commands that it has. False if it does not: nobody knows then what it may still do.
 *
 * Source: drivers/scsi/cxlflash/main.c, context_reset.
 */
export async function resetContext(
  window: HostWindow,
  wait: (milliseconds: number) => Promise<void>,
): Promise<boolean> {
  await window.write(HostRegister.IOARRIN, CONTEXT_RESET);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const value = await window.read(HostRegister.IOARRIN);
    if (value === ALL_ONES) {
      return false;
    }
    if ((value & CONTEXT_RESET) === 0n) {
      return true;
    }
    await wait(2 ** attempt);
  }
  return false;
}
