import fc from 'fast-check';
import {
  bindIrqs,
  irqCallback,
  ManualClock,
  MdevHost,
  MdevError,
  write32,
  type Device,
  type DeviceEvent,
  type Interposer,
} from '@mdevkit/core';
import { Recorder } from './recorder.js';
import { parseRecording } from './reader.js';
import type { Recording } from './entry.js';
import { memorySink } from './sink.js';
import { registers, worker, workerDriver } from './worker.test-support.js';

/** One thing that a test's client does. */
export type Step =
  | { readonly do: 'job'; readonly job: number; readonly source: number; readonly target: number }
  | { readonly do: 'read'; readonly offset: number; readonly length: number }
  | { readonly do: 'map' | 'unmap'; readonly page: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'reset' };

const address = fc.constantFrom(0, 0x100, 0xff8, 0x1000, 0x2ffc, 0x4000);

/** Clients that do anything. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('job' as const),
      job: fc.integer({ min: 1, max: 8 }),
      source: address,
      target: address,
    }),
    fc.record({
      do: fc.constant('read' as const),
      offset: fc.nat({ max: 0x24 }),
      length: fc.nat({ max: 9 }),
    }),
    fc.record({ do: fc.constantFrom('map' as const, 'unmap' as const), page: fc.nat({ max: 3 }) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat({ max: 6 }) }),
    fc.constant<Step>({ do: 'reset' }),
  ),
  { maxLength: 25 },
);

/** All that a client can see of what it does. */
export interface Observed {
  readonly answers: readonly unknown[];
  readonly irqs: number;
  readonly events: readonly DeviceEvent[];
  readonly memory: Uint8Array;
}

const MEMORY = 4 * 4096;

/** Carries the steps out on a device of its own. */
export async function observe(
  steps: readonly Step[],
  interposers: readonly Interposer[] = [],
): Promise<Observed> {
  const clock = new ManualClock();
  await using host = new MdevHost({ clock, interposers });
  await host.load(workerDriver());
  const { uuid } = await host.create(worker);
  const device = await host.open(uuid);
  const seen: DeviceEvent[] = [];
  const hearing = hear(device, seen);
  const memory = Uint8Array.from({ length: MEMORY }, (_, at) => at * 7);
  const answers: unknown[] = [];
  let irqs = 0;
  await bindIrqs(device, 0, [irqCallback(() => (irqs += 1))]);
  for (const step of steps) {
    answers.push(await outcome(() => carryOut(device, step, memory, clock)));
  }
  await device.close();
  await hearing;
  answers.push(host.info(uuid).counters);
  return { answers, irqs, events: seen, memory };
}

/** The recording of what a client does. */
export async function record(
  client: (device: Device, clock: ManualClock) => Promise<void>,
  driver = workerDriver(),
): Promise<Recording> {
  const sink = memorySink();
  {
    const clock = new ManualClock();
    await using host = new MdevHost({ clock, interposers: [new Recorder({ open: () => sink })] });
    await host.load(driver);
    const { uuid } = await host.create(worker);
    const device = await host.open(uuid);
    await client(device, clock);
    await device.close();
  }
  return parseRecording(sink.bytes);
}

/** A client that has the device do a job of each kind. */
export async function busyClient(device: Device, clock: ManualClock): Promise<void> {
  const memory = new Uint8Array(8192).fill(3);
  await device.info();
  await bindIrqs(device, 0, [irqCallback(() => undefined)]);
  await device.dmaMap({ iova: 0x10000, memory });
  await write32(device, 0, registers.offsetOf('SOURCE'), 0x10000);
  await write32(device, 0, registers.offsetOf('TARGET'), 0x10100);
  for (const job of [1, 2, 3, 4, 5, 6]) {
    memory.fill(job, 0, 64);
    await write32(device, 0, registers.offsetOf('JOB'), job);
  }
  clock.advance(5);
  await device.read(1, 0, new Uint8Array(4));
  await outcome(() => write32(device, 0, registers.offsetOf('JOB'), 7));
  await outcome(() => device.dmaUnmap(1, 2));
  await device.dmaUnmap(0x10000, 8192);
  await outcome(() => write32(device, 0, registers.offsetOf('JOB'), 1));
}

export async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (MdevError.is(error)) {
      return `${error.code} ${error.reason}`;
    }
    throw error;
  }
}

/** The recording of a client that carries steps out. */
export function recordSteps(all: readonly Step[]): Promise<Recording> {
  return record(async (device, clock) => {
    const memory = Uint8Array.from({ length: MEMORY }, (_, at) => at * 7);
    await bindIrqs(device, 0, [irqCallback(() => undefined)]);
    for (const step of all) {
      await outcome(() => carryOut(device, step, memory, clock));
    }
  });
}

async function carryOut(
  device: Device,
  step: Step,
  memory: Uint8Array,
  clock: ManualClock,
): Promise<unknown> {
  switch (step.do) {
    case 'job':
      await write32(device, 0, registers.offsetOf('SOURCE'), step.source);
      await write32(device, 0, registers.offsetOf('TARGET'), step.target);
      return write32(device, 0, registers.offsetOf('JOB'), step.job);
    case 'read': {
      const into = new Uint8Array(step.length);
      return [await device.read(0, step.offset, into), into];
    }
    case 'map': {
      const part = memory.subarray(step.page * 4096, (step.page + 1) * 4096);
      return device.dmaMap({ iova: step.page * 4096, memory: part });
    }
    case 'unmap':
      return device.dmaUnmap(step.page * 4096, 4096);
    case 'advance':
      clock.advance(step.ms);
      return undefined;
    case 'reset':
      return device.reset();
  }
}

async function hear(device: Device, seen: DeviceEvent[]): Promise<void> {
  try {
    for await (const event of device.events()) {
      seen.push(event);
    }
  } catch (error) {
    if (!MdevError.is(error) || error.code !== 'EBADF') {
      throw error;
    }
  }
}
