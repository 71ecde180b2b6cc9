import { MAX_EVENT_SIZE, type ObjectDescriptor, type ObjectEvents } from '@mdevkit/core';
import { median, ofRuns, quantile, type Measurement } from '../measure/index.js';

const RUNS = 21;
const PER_RUN = 2000;
const DRAINS = 5;
/** Events that wait when a drain begins. */
export const QUEUED = 1_000_000;
const DATA = Uint8Array.of(1, 2, 3, 4);

/** From the report of an event to the reader that waited for it. */
export async function notify(
  channel: ObjectDescriptor,
  source: ObjectEvents,
): Promise<Measurement> {
  const into = new Uint8Array(MAX_EVENT_SIZE);
  const runs: number[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const samples: number[] = [];
    for (let i = 0; i < PER_RUN; i++) {
      const reading = channel.read(into);
      const start = process.hrtime.bigint();
      source.report(1, DATA);
      await reading;
      samples.push(Number(process.hrtime.bigint() - start));
    }
    runs.push(samples);
  }
  return {
    name: 'event.notify',
    unit: 'ns',
    median: median(runs.map(median)),
    p99: median(runs.map((samples) => quantile(samples, 0.99))),
    n: RUNS,
    baseline: null,
    ratio: null,
  };
}

/** Events that are there, read one after the other. */
export async function drain(channel: ObjectDescriptor, source: ObjectEvents): Promise<Measurement> {
  const into = new Uint8Array(MAX_EVENT_SIZE);
  const rates: number[] = [];
  for (let run = 0; run < DRAINS; run++) {
    for (let i = 0; i < QUEUED; i++) {
      source.report(1, DATA);
    }
    const start = performance.now();
    for (let i = 0; i < QUEUED; i++) {
      await channel.read(into, { nonBlocking: true });
    }
    rates.push((QUEUED * 1000) / (performance.now() - start));
  }
  return ofRuns('event.drain', '/s', rates);
}
