import {
  AddressSpace,
  type Device,
  type DmaMap,
  type Iova,
  type PasidBinding,
} from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { placedRegisters, type Bench, type ServiceCall } from '../../bench/index.js';
import { FLIGHT_MS } from './flight.js';
import { handOf } from './hand.js';
import { bindAll } from './irqs.js';
import { codeOf } from '../../support/index.js';
import { isPci, makeReady } from './regions.js';

/** Writes of a script that are tried, at the most. */
const TRIED = 16;

/** A write of a client. */
export interface Step {
  readonly region: number;
  /** Bytes from the start of the region. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What a client does until the work is under way. */
export interface WorkScript {
  readonly memories: readonly { readonly iova: Iova; readonly memory: Uint8Array }[];
  readonly steps: readonly Step[];
}

/** Work that was asked for with a PASID of its client. */
export interface PasidFlight {
  readonly uuid: string;
  readonly device: Device;
  readonly binding: PasidBinding;
}

/** Has a new mdev work, and writes down what its client does until it lets time pass for the first time. */
export async function recordWork(bench: Bench): Promise<WorkScript> {
  const memories: { iova: Iova; memory: Uint8Array }[] = [];
  const steps: Step[] = [];
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  const hand = handOf(device);
  const recorded = new Proxy(hand.device, {
    get: (target, name): unknown => {
      if (name === 'write') {
        return (region: number, offset: number, from: Uint8Array) => {
          steps.push({ region, offset, bytes: from.slice() });
          return target.write(region, offset, from);
        };
      }
      if (name === 'dmaMap') {
        return (map: DmaMap) => {
          if (map.memory instanceof Uint8Array) {
            memories.push({ iova: map.iova, memory: map.memory });
          }
          return target.dmaMap(map);
        };
      }
      return Reflect.get(target, name, target);
    },
  });
  const left = new Promise<void>((resolve) => {
    const work = bench.options.work?.(recorded, () => {
      hand.letGo();
      resolve();
      throw new Error('the check has left the work');
    });
    Promise.resolve(work).then(resolve, () => {
      resolve();
    });
  });
  await bench.within('the work', left);
  await device.close();
  await bench.host.remove(uuid, 0);
  return { memories, steps };
}

/** Does the same on a new mdev, with a PASID of the client's in place of what one step writes. */
export async function playWithPasid(
  bench: Bench,
  { memories, steps }: WorkScript,
  replaced: Step,
): Promise<PasidFlight> {
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  await makeReady(device);
  await bindAll(device);
  const space = new AddressSpace();
  for (const map of memories) {
    space.map(map);
    await codeOf(device.dmaMap(map));
  }
  const binding = await device.bind(space);
  for (const step of steps) {
    const bytes = step === replaced ? numberIn(binding.pasid, step.bytes.length) : step.bytes;
    await codeOf(device.write(step.region, step.offset, bytes.slice()));
  }
  return { uuid, device, binding };
}

/** The DMA of a flight that has its client's PASID. */
export function pasidCalls(
  { watch }: Bench,
  { uuid, binding }: PasidFlight,
): readonly ServiceCall[] {
  return watch.callsOf(uuid).filter(({ pasid }) => pasid === binding.pasid);
}

/** The write that a device takes a PASID from, found by trying; undefined if there is none. */
export async function findPasidStep(bench: Bench, script: WorkScript): Promise<Step | undefined> {
  for (const step of (await pasidSteps(bench, script)).slice(0, TRIED)) {
    const flight = await playWithPasid(bench, script, step);
    await bench.settle(FLIGHT_MS);
    const uses = pasidCalls(bench, flight).length > 0;
    await flight.device.close();
    await bench.host.remove(flight.uuid, 0);
    if (uses) {
      return step;
    }
  }
  return undefined;
}

/** The write of a script to a register that is called PASID; undefined if there is none. */
export async function namedPasidStep(bench: Bench, script: WorkScript): Promise<Step | undefined> {
  const { uuid } = await bench.create();
  const { inner } = bench.watch.mdev(uuid);
  const named = (inner === undefined ? [] : placedRegisters(inner)).filter(({ name }) =>
    /(^|[._])PASID$/i.test(name),
  );
  await bench.host.remove(uuid, 0);
  return script.steps.findLast((step) =>
    named.some(({ region, offset }) => region === step.region && offset === step.offset),
  );
}

/** One step for each place that is wide enough for a PASID; the last one that is written there. */
async function pasidSteps(bench: Bench, { steps }: WorkScript): Promise<readonly Step[]> {
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  const config = (await isPci(device)) ? VFIO_PCI_CONFIG_REGION_INDEX : -1;
  await device.close();
  await bench.host.remove(uuid, 0);
  const places = new Map<string, Step>();
  for (const step of steps) {
    if (step.region !== config && (step.bytes.length === 4 || step.bytes.length === 8)) {
      places.set(`${step.region}:${step.offset}`, step);
    }
  }
  return [...places.values()];
}

function numberIn(value: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(4, length));
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes.subarray(0, length);
}
