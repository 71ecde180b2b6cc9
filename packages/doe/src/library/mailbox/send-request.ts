import { PCI_DOE_CTRL_GO, PCI_DOE_STATUS_BUSY, PCI_DOE_STATUS_ERROR } from '@mdevkit/uapi';
import { setImmediate } from 'node:timers/promises';
import { failure } from '../../errors/index.js';
import type { Attempt } from './attempt.js';
import { checkCancel, LIMIT_MS, pause, POLL_MS } from './pace.js';

/** Words between two breaths of the event loop: no object may keep everything else waiting. */
export const BREATH = 1024;

/**
 * Gives the device a whole data object, in words, once it is not busy.
 *
 * Source: Linux drivers/pci/doe.c, pci_doe_send_req, which looks at Busy without a pause.
 */
export async function sendRequest(attempt: Attempt, object: DataView): Promise<void> {
  const { registers, cancel } = attempt;
  await waitWhileBusy(attempt);
  for (let at = 0; at < object.byteLength; at += 4) {
    checkCancel(cancel);
    const written = registers.append(object.getUint32(at, true));
    if (written !== undefined) {
      await written;
    }
    if (at % (4 * BREATH) === 4 * (BREATH - 1)) {
      await setImmediate();
    }
  }
  checkCancel(cancel);
  await registers.control(PCI_DOE_CTRL_GO);
}

async function waitWhileBusy({ registers, clock, cancel }: Attempt): Promise<void> {
  const deadline = clock.now() + LIMIT_MS;
  checkCancel(cancel);
  let status = await registers.status();
  while ((status & PCI_DOE_STATUS_BUSY) !== 0) {
    if (clock.now() > deadline) {
      throw failure('doe.busy', registers.where);
    }
    await pause(clock, POLL_MS, cancel);
    status = await registers.status();
  }
  if ((status & PCI_DOE_STATUS_ERROR) !== 0) {
    throw failure('doe.error-before', registers.where);
  }
}
