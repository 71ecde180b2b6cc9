import { PCI_DOE_CTRL_ABORT, PCI_DOE_STATUS_BUSY, PCI_DOE_STATUS_ERROR } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Attempt } from './attempt.js';
import { LIMIT_MS, pause, POLL_MS } from './pace.js';

/**
 * Brings device and requester into step: writes Abort, and waits until the device is neither busy nor in error. Abort is written
 * even if `cancel` is aborted; then nobody waits for it.
 *
 * Source: Linux drivers/pci/doe.c, pci_doe_abort.
 */
export async function abortMailbox({ registers, clock, cancel }: Attempt): Promise<void> {
  const deadline = clock.now() + LIMIT_MS;
  await registers.control(PCI_DOE_CTRL_ABORT);
  do {
    await pause(clock, POLL_MS, cancel);
    const status = await registers.status();
    if ((status & (PCI_DOE_STATUS_ERROR | PCI_DOE_STATUS_BUSY)) === 0) {
      return;
    }
  } while (clock.now() <= deadline);
  throw failure('doe.abort-timeout', registers.where);
}
