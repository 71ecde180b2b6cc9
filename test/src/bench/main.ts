import { parseArgs } from 'node:util';
import { accelThroughput } from './accel-throughput.js';
import { control } from './control/index.js';
import { coreAccess } from './core-access.js';
import { coreMdev } from './core-mdev.js';
import { collectGarbage, endOfJob } from './garbage.js';
import { guestMmio } from './guest-mmio.js';
import { iommuCopy } from './iommu-copy.js';
import { iommuMap } from './iommu-map.js';
import { iommuTranslate } from './iommu-translate.js';
import type { Benchmark, Measurement } from './measurement.js';
import { table } from './report.js';
import { vfioUser } from './vfio-user/index.js';

const benchmarks: readonly Benchmark[] = [
  coreAccess,
  control,
  coreMdev,
  iommuTranslate,
  iommuMap,
  iommuCopy,
  accelThroughput,
  vfioUser,
  guestMmio,
];

/** Parses the command line and runs what it asks for. Returns the exit code. */
async function main(): Promise<number> {
  let json: boolean;
  let only: string;
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
      },
    });
    ({ json, only } = values);
  } catch (error) {
    process.stderr.write(`mdevkit: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const chosen = benchmarks.filter(({ name }) => name.startsWith(only));
  if (chosen.length === 0) {
    const names = benchmarks.map(({ name }) => name).join(', ');
    process.stderr.write(`mdevkit: no benchmark starts with "${only}"; there are ${names}\n`);
    return 2;
  }
  const results: Measurement[] = [];
  for (const benchmark of chosen) {
    process.stderr.write(`${benchmark.name} …\n`);
    results.push(...(await benchmark.run()));
    // What one leaves to the collector must not cost the next.
    await endOfJob();
    collectGarbage();
  }
  process.stdout.write(`${json ? JSON.stringify(results) : table(results)}\n`);
  return 0;
}

process.exitCode = await main();
