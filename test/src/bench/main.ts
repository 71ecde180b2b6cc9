import { parseArgs } from 'node:util';
import { accelThroughput } from './accel-throughput.js';
import { coreAccess } from './core-access.js';
import { coreMdev } from './core-mdev.js';
import type { Benchmark, Measurement } from './measurement.js';
import { table } from './report.js';

const benchmarks: readonly Benchmark[] = [coreAccess, coreMdev, accelThroughput];

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' } },
});

const results: Measurement[] = [];
for (const benchmark of benchmarks) {
  if (values.only === undefined || benchmark.name.startsWith(values.only)) {
    process.stderr.write(`${benchmark.name} …\n`);
    results.push(...(await benchmark.run()));
  }
}
process.stdout.write(`${values.json === true ? JSON.stringify(results) : table(results)}\n`);
