import type { Device } from '@mdevkit/core';
import { PCI_COMMAND, PCI_COMMAND_MASTER } from '@mdevkit/uapi';
import { describeCalls, type Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, done, fail, ready, scribble, SEED, unlessPci } from '../support/index.js';
import { Config } from './config.js';

const spec = 'PCIe Base Spec 7.5.1.1.3';
const seeds = [SEED, SEED + 1, SEED + 2];

/** A function that may not master the bus. */
export const masterChecks: readonly ConformanceCheck[] = [
  ...seeds.map((seed, i) =>
    check(
      `master-${i}`,
      `a function accesses no memory while Bus Master Enable is clear, sequence ${i} (${spec})`,
      async (bench) => {
        const device = await ready(bench);
        await lend(bench, device);
        await masterOff(bench, device);
        bench.watch.forget();
        await scribble(bench, device, 200, seed);
        await bench.settle(1000);
        requireNoDma(bench);
      },
      unlessPci,
    ),
  ),
  check(
    'master-work',
    `a function that has worked accesses no memory once Bus Master Enable is clear (${spec})`,
    async (bench) => {
      const device = await ready(bench);
      const work = bench.options.work?.(device, (milliseconds) => {
        bench.advance(milliseconds);
      });
      await bench.within('the work', work ?? Promise.resolve());
      await lend(bench, device);
      await masterOff(bench, device);
      bench.watch.forget();
      await scribble(bench, device, 100, SEED + 3);
      await bench.settle(1000);
      requireNoDma(bench);
    },
    ({ type, options }) =>
      type.deviceApi !== 'vfio-pci' || options.work === undefined
        ? 'no vfio-pci device of which the kit knows work'
        : undefined,
  ),
];

async function lend(bench: Bench, device: Device): Promise<void> {
  const memory = new Uint8Array(0x2_0000);
  await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
}

async function masterOff(bench: Bench, device: Device): Promise<void> {
  const config = new Config(bench, device);
  const command = await config.read(PCI_COMMAND, 2);
  await config.write(PCI_COMMAND, 2, command & ~PCI_COMMAND_MASTER);
  await bench.settle(100);
}

/** A port that is made, or let go, moves nothing. */
function requireNoDma({ watch: { calls } }: Bench): void {
  const moved = calls.filter(({ service, method }) => service === 'dma' && method !== 'access');
  if (moved.length > 0) {
    fail(`without Bus Master Enable the function did ${describeCalls(moved)}`);
  }
}
