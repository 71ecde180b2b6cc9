import type { Bench, ServiceCall } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { handOf } from './hand.js';
import type { Device } from '@mdevkit/core';

/** Long enough for a piece of work that is under way. */
export const FLIGHT_MS = 10_000;

/** An open mdev with a job under way, which nobody asks for anything more. */
export interface Flight {
  readonly uuid: string;
  readonly device: Device;
}

/**
 * Has a new mdev begin its work, and leaves it the moment it would let time pass: what is under way then needs nothing but
 * time. Undefined if the work never does that.
 */
export async function leaveInFlight(bench: Bench): Promise<Flight | undefined> {
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  const hand = handOf(device);
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const work = bench.options.work?.(hand.device, () => {
    hand.letGo();
    leave();
    throw new Error('the check has left the work');
  });
  const over = (): boolean => false;
  const isUnderWay = Promise.race([left.then(() => true), Promise.resolve(work).then(over, over)]);
  const isLeft = await bench.within('the work', isUnderWay);
  bench.watch.forget();
  return isLeft ? { uuid, device } : undefined;
}

/** As {@link leaveInFlight}, in a check that applies only where there is one. */
export async function inFlight(bench: Bench): Promise<Flight> {
  const flight = await leaveInFlight(bench);
  if (flight === undefined) {
    throw new Error('the work was under way before, and is not now');
  }
  return flight;
}

/** What a job that is under way does by DMA and interrupts when time passes, and nothing else happens. */
export async function callsInFlight(bench: Bench): Promise<readonly string[] | undefined> {
  const flight = await leaveInFlight(bench);
  if (flight === undefined) {
    return undefined;
  }
  await bench.settle(FLIGHT_MS);
  const calls = outwardCalls(bench, flight.uuid).map(
    ({ service, method }) => `${service}.${method}`,
  );
  await flight.device.close();
  await bench.host.remove(flight.uuid, 0);
  return calls;
}

/** What reaches out of a device: DMA and interrupts. */
export function outwardCalls({ watch }: Bench, uuid: string): readonly ServiceCall[] {
  return watch.callsOf(uuid).filter(({ service }) => service === 'dma' || service === 'irqs');
}

/** The check applies if the work is under way while time stands still, and goes on by itself. */
export const needsFlight: NonNullable<ConformanceCheck['without']> = async (bench) => {
  const calls = bench.options.work === undefined ? undefined : await callsInFlight(bench);
  return calls === undefined || calls.length === 0
    ? 'no work that is under way while time stands still'
    : undefined;
};
