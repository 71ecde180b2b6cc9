import {
  bindIrqs,
  irqCallback,
  ManualClock,
  MdevError,
  MdevHost,
  read32,
  type Device,
  type MdevHostOptions,
} from '@mdevkit/core';
import { lampRegisters, shelfDriver } from './lamp.js';

const LIGHT = lampRegisters.offsetOf('LIGHT');
const REQUEST_IRQ = 0;
const GRACE_MS = 5000;

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  // It stands still until it is moved, so that seconds of grace pass in no time.
  const clock = new ManualClock();
  await using host = new MdevHost({ ...options, clock });
  await host.load(shelfDriver);
  await using busy = await openLamp(host);
  await using polite = await openLamp(host);

  // The same request comes in two ways: as an interrupt, for a guest's driver, and as an event.
  await bindIrqs(busy, REQUEST_IRQ, [
    irqCallback(() => {
      print('busy client: request interrupt');
    }),
  ]);
  const politeIsGone = closeOnRequest(polite, print);
  const busyWasTold = printEvents(busy, print);

  print(`shelf0 is unplugged, with ${GRACE_MS} ms of grace`);
  const removal = host.removeParent('shelf0', GRACE_MS);
  await politeIsGone;
  print(`a new client: ${await outcome(host.create({ parent: 'shelf0', type: 'shelf-lamp' }))}`);
  print(`busy client works on: ${await outcome(read32(busy, 0, LIGHT))}`);

  print('the grace is over');
  clock.advance(GRACE_MS);
  await removal;
  await busyWasTold;
  print(`busy client works on: ${await outcome(read32(busy, 0, LIGHT))}`);
  print(`parents left: ${host.parents.length}`);
}

async function openLamp(host: MdevHost): Promise<Device> {
  const { uuid } = await host.create({ parent: 'shelf0', type: 'shelf-lamp' });
  return host.open(uuid);
}

/** A client that lets go when it is asked to. Its events end with the device. */
async function closeOnRequest(device: Device, print: (line: string) => void): Promise<void> {
  for await (const event of device.events()) {
    if (event.kind === 'request') {
      print(`polite client: asked to let go within ${event.graceMs} ms, closes`);
      await device.close();
    }
  }
}

/** A client that is told and does nothing about it. */
async function printEvents(device: Device, print: (line: string) => void): Promise<void> {
  for await (const event of device.events()) {
    print(`busy client: event ${event.kind}${event.kind === 'hangup' ? `, ${event.reason}` : ''}`);
  }
}

async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}
