import type { Job, JobTemplate } from './job/index.js';

/** Chunks, as an array, a generator or a stream of Buffers. */
export type TransformSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface TransformOptions {
  /** Chunks under way at the same time; what the accelerator works on in parallel by default. */
  readonly concurrency?: number;
}

/** What a transform needs of an accelerator. */
export interface TransformEngine {
  readonly parallelism: number;
  run(job: Job): Promise<Uint8Array>;
}

/** See `Accelerator.transform`. Throws RangeError unless `concurrency` is 1 or more. */
export async function* transform(
  engine: TransformEngine,
  source: TransformSource,
  { concurrency = engine.parallelism, ...template }: JobTemplate & TransformOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency ${concurrency} is not 1 or more`);
  }
  const underWay: Promise<Uint8Array>[] = [];
  for await (const input of source) {
    const output = engine.run({ ...template, input });
    // Whoever stops early does not look at the rest.
    output.catch(() => undefined);
    underWay.push(output);
    const first = underWay.length >= concurrency ? underWay.shift() : undefined;
    if (first !== undefined) {
      yield await first;
    }
  }
  for (const output of underWay) {
    yield await output;
  }
}
