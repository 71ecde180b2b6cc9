import { PCI_DOE_STATUS_DATA_OBJECT_READY, PCI_DOE_STATUS_ERROR } from '@mdevkit/uapi';
import { setImmediate } from 'node:timers/promises';
import { featureName, OBJECT_HEADER_SIZE, readObjectHeader } from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import { ALL_ONES } from '../access/index.js';
import type { Attempt } from './attempt.js';
import { checkCancel, LIMIT_MS, pause, POLL_MS } from './pace.js';
import { BREATH } from './send-request.js';

/**
 * Looks at Status until a response is ready, for a second from now.
 *
 * Source: Linux drivers/pci/doe.c, doe_statemachine_work.
 */
export async function waitForResponse({ registers, clock, cancel }: Attempt): Promise<void> {
  const deadline = clock.now() + LIMIT_MS;
  for (;;) {
    const status = await registers.status();
    if ((status & PCI_DOE_STATUS_ERROR) !== 0) {
      throw failure('doe.refused', registers.where);
    }
    if ((status & PCI_DOE_STATUS_DATA_OBJECT_READY) !== 0) {
      return;
    }
    if (clock.now() > deadline) {
      throw failure('doe.response-timeout', registers.where);
    }
    await pause(clock, POLL_MS, cancel);
  }
}

/**
 * Takes the response that is ready: header, and `room` words of its payload at the most. What is longer is read to its end and
 * dropped. `requested` is the first word of the request.
 *
 * Source: Linux drivers/pci/doe.c, pci_doe_recv_resp.
 */
export async function receiveResponse(
  attempt: Attempt,
  requested: number,
  room: number,
): Promise<Uint8Array> {
  const { registers, cancel } = attempt;
  const first = (await registers.word()) >>> 0;
  checkId(attempt, requested, first);
  await registers.acknowledge();
  const second = (await registers.word()) >>> 0;
  await registers.acknowledge();
  if (second === ALL_ONES) {
    // Rather than 2^18 words of a device that is gone. Such a second word has reserved bits set.
    await registers.status();
  }
  const words = readObjectHeader(first, second).length - 2;
  if (words < 0) {
    throw failure('doe.short-length', registers.where);
  }
  const wanted = Math.min(words, room);
  const object = new Uint8Array(OBJECT_HEADER_SIZE + 4 * wanted);
  const view = new DataView(object.buffer);
  view.setUint32(0, first, true);
  view.setUint32(4, second, true);
  for (let i = 0; i < words; i++) {
    checkCancel(cancel);
    const read = registers.word();
    const word = typeof read === 'number' ? read : await read;
    if (i < wanted) {
      view.setUint32(OBJECT_HEADER_SIZE + 4 * i, word, true);
    }
    if (i === wanted - 1) {
      await checkReady(attempt);
    }
    const acknowledged = registers.acknowledge();
    if (acknowledged !== undefined) {
      await acknowledged;
    }
    if (i % BREATH === BREATH - 1) {
      await setImmediate();
    }
  }
  if (((await registers.status()) & PCI_DOE_STATUS_ERROR) !== 0) {
    throw failure('doe.error-at-end', registers.where);
  }
  return object;
}

function checkId({ registers }: Attempt, requested: number, first: number): void {
  const expected = featureName(readObjectHeader(requested, 0));
  const got = featureName(readObjectHeader(first, 0));
  if (got !== expected) {
    throw failure('doe.wrong-object', { ...registers.where, expected, got });
  }
}

/** The last word that is wanted is worth nothing if the device has ended its response before. */
async function checkReady({ registers }: Attempt): Promise<void> {
  if (((await registers.status()) & PCI_DOE_STATUS_DATA_OBJECT_READY) === 0) {
    throw failure('doe.ready-lost', registers.where);
  }
}
