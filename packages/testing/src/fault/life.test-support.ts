import { AddressSpace, EventChannelClass, read32, write32 } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { VFIO_DEVICE_STATE_RUNNING } from '@mdevkit/uapi';
import { DOOR, FaultBench, LINE, VALUE, VECTORS } from './bench.test-support.js';
import type { FaultRule } from './plan.js';

/** A life and what its client and its model saw of it. */
export interface Life {
  readonly seen: readonly unknown[];
  readonly bench: FaultBench;
}

/** What a model does on its own, as a step of a life. */
function work({ model, memory }: FaultBench, seen: unknown[]): void {
  const { dma, irqs, events, clock } = model;
  const attempt = (run: () => unknown): void => {
    try {
      seen.push(run());
    } catch (error) {
      seen.push(String(error));
    }
  };
  const bytes = new Uint8Array(8);
  memory.set([1, 2, 3, 4, 5, 6, 7, 8], 0x40);
  attempt(() => {
    dma.read(0x40, bytes);
    return [...bytes];
  });
  attempt(() => {
    dma.write(0x80, bytes);
    return [...memory.subarray(0x80, 0x88)];
  });
  attempt(() => irqs.trigger(VECTORS, 1));
  attempt(() => irqs.assert(LINE));
  attempt(() => {
    irqs.deassert(LINE);
  });
  attempt(() => {
    events.report({ kind: 'error', message: 'work' });
  });
  attempt(() => {
    clock.schedule(3, () => seen.push(`timer at ${clock.now()}`));
  });
}

/** The same calls at every point, in the same order, of an mdev from its creation to its end. */
export async function wholeLife(
  rules: readonly FaultRule[],
  seed = 1,
  interposed = true,
): Promise<Life> {
  const bench = new FaultBench(rules, seed, interposed);
  await using _ = bench;
  const seen: unknown[] = [];
  const step = async (run: () => unknown): Promise<void> => {
    seen.push(await settled(async () => run()));
  };
  const uuid = await settled(bench.create());
  const opened = await settled(async () => {
    await bench.open(uuid);
    return true;
  });
  if (opened !== true) {
    return { bench, seen: [opened] };
  }
  const { device } = bench;
  await step(() => device.info());
  await step(() => device.regionInfo(0));
  await step(() => device.irqInfo(0));
  await step(() => bench.bind());
  await step(() => device.dmaMap({ iova: 0, memory: bench.memory }));
  for (let round = 0; round < 3; round++) {
    await step(() => write32(device, 0, VALUE, round + 5));
    await step(() => write32(device, 0, DOOR, round));
    await step(() => read32(device, 0, VALUE));
    work(bench, seen);
    bench.clock.advance(4);
  }
  await step(() => device.mmap(0, 0, 4096).then(() => 'mapped'));
  await step(() => device.feature(0, new Uint8Array()));
  await step(() => device.setMigrationState(VFIO_DEVICE_STATE_RUNNING));
  await step(async () => {
    await using binding = await device.bind(new AddressSpace());
    return binding.pasid;
  });
  await step(async () => {
    await using control = await device.control();
    await control.call(EventChannelClass, 'create', {});
  });
  await step(() => device.reset());
  await step(() => device.dmaUnmap(0, 0x2000));
  await device.close();
  await step(async () => {
    const attached = await bench.host.attach(uuid);
    try {
      await attached.endpoint.releaseClient();
    } finally {
      await attached.close();
    }
  });
  bench.clock.advance(1000);
  return {
    bench,
    seen: [...seen, ...bench.notes, ...bench.rung, [...bench.memory.subarray(0x80, 0x88)]],
  };
}
