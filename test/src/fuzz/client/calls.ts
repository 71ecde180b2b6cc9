import { irqCallback, type Device } from '@mdevkit/core';
import type { EventFd } from '@mdevkit/linux';
import type { Random } from '../random/index.js';

export interface CallServices {
  readonly device: Device;
  readonly random: Random;
  readonly eventfd: EventFd;
  /** What was mapped, to be given back at the end. */
  readonly mappings: Disposable[];
}

type Call = (services: CallServices) => Promise<unknown>;

const calls: readonly Call[] = [
  ({ device }) => device.info(),
  ({ device, random }) => device.regionInfo(random.below(10)),
  ({ device, random }) => device.irqInfo(random.below(6)),
  ({ device, random }) =>
    device.read(
      random.below(3),
      random.pick([0, 8, 0x3ff8, 0x4000]),
      new Uint8Array(random.pick([1, 4, 8, 100, 5000])),
    ),
  ({ device, random }) =>
    device.write(
      random.below(3),
      random.pick([0, 8, 0x3ff8]),
      new Uint8Array(random.pick([1, 4, 8, 5000])),
    ),
  ({ device, random }) =>
    device.setIrqs({
      index: random.below(3),
      flags: 0x24,
      start: 0,
      count: 3,
      slots: [irqCallback(() => undefined), -1, irqCallback(() => undefined)],
    }),
  ({ device, eventfd }) =>
    device.setIrqs({ index: 2, flags: 0x24, start: 0, count: 1, slots: [eventfd] }),
  ({ device, random }) =>
    device.setIrqs({ index: random.below(3), flags: 0x21, start: 0, count: 0 }),
  async ({ device, random, mappings }) => {
    const mapping = await device.mmap(random.below(3), random.pick([0, 0x2000]), 0x1000);
    mappings.push(mapping);
    return mapping.bytes[0];
  },
  ({ device }) => device.reset(),
  ({ device, random }) =>
    device.feature(random.pick([0x1_0001, 0x1_0002, 0x5_0001]), new Uint8Array(16)),
  async ({ device, random }) => {
    const data = await device.setMigrationState(random.pick([1, 2, 3, 4, 6]));
    await data?.read(new Uint8Array(300)).catch(() => undefined);
    return data?.write(new Uint8Array(100));
  },
  ({ device }) => device.migrationState(),
  ({ device, random }) =>
    device.dmaMap({ iova: random.pick([0, 0x1000, 2n ** 53n]), memory: new Uint8Array(0x1000) }),
  ({ device, random }) => device.dmaUnmap(random.pick([0, 0x1000]), random.pick([0x1000, 0x2000])),
  ({ device, random }) =>
    device.dmaMap({ iova: random.below(16) * 0x1000, memory: new Uint8Array(0x2000) }),
];

/** One call of the contract, or two at once. */
export function someCall(services: CallServices): Promise<unknown> {
  const { random } = services;
  const first = random.pick(calls)(services);
  return random.chance(20) ? Promise.all([first, random.pick(calls)(services)]) : first;
}
