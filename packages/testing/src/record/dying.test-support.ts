import { MdevHost, read32 } from '@mdevkit/core';
import { fileSink } from './file-sink.js';
import { Recorder } from './recorder.js';
import { worker, workerDriver } from './worker.test-support.js';

/** A process that reads 20 times, half of it in its last turn, and dies: `PATH throw` or `PATH exit`. */
if (process.argv[1]?.endsWith('dying.test-support.js') === true) {
  const [, , path = '', how] = process.argv;
  const host = new MdevHost({ interposers: [new Recorder({ open: () => fileSink(path) })] });
  await host.load(workerDriver());
  const { uuid } = await host.create(worker);
  const device = await host.open(uuid);
  for (let reads = 0; reads < 10; reads += 1) {
    await read32(device, 0, 0);
  }
  setImmediate(() => {
    for (let reads = 0; reads < 10; reads += 1) {
      void read32(device, 0, 0);
    }
    if (how === 'exit') {
      process.exit(3);
    }
    throw new Error('a bug of a driver');
  });
}
