import { readdirSync, readFileSync } from 'node:fs';
import { collectGarbage, endOfJob } from '../../bench/garbage.js';
import { LiveDisposables } from './disposables.js';
import { flatness, type Flatness, type Sample } from './flat.js';
import { LatencyProbe } from './probe.js';
import { quantities, quantityNames, type QuantityName } from './quantities.js';

/** What became of everything that is watched. */
export type Verdicts = Readonly<Record<QuantityName, Flatness>>;

/** Samples memory, descriptors, mappings and latencies between rounds. */
export class Watch implements AsyncDisposable {
  readonly #disposables: LiveDisposables;
  readonly #local: LatencyProbe;
  readonly #remote: LatencyProbe;
  readonly #samples = new Map<QuantityName, Sample[]>(quantityNames.map((name) => [name, []]));
  readonly #began = performance.now();

  private constructor(disposables: LiveDisposables, local: LatencyProbe, remote: LatencyProbe) {
    this.#disposables = disposables;
    this.#local = local;
    this.#remote = remote;
  }

  static async start(): Promise<Watch> {
    const disposables = new LiveDisposables();
    const local = await LatencyProbe.start('in process');
    return new Watch(disposables, local, await LatencyProbe.start('vfio-user'));
  }

  /** To be called while nothing else goes on. */
  async sample(): Promise<void> {
    await endOfJob();
    collectGarbage();
    await endOfJob();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const values: Readonly<Record<QuantityName, number>> = {
      heap: heapUsed + arrayBuffers,
      resident: rss,
      descriptors: readdirSync('/proc/self/fd').length,
      mappings: readFileSync('/proc/self/maps', 'utf8').split('\n').length,
      disposables: this.#disposables.count,
      localRead: await this.#local.measure(),
      remoteRead: await this.#remote.measure(),
    };
    const at = (performance.now() - this.#began) / 1000;
    for (const name of quantityNames) {
      this.#samples.get(name)?.push({ at, value: values[name] });
    }
  }

  get verdicts(): Verdicts {
    const of = (name: QuantityName): Flatness =>
      flatness(this.#samples.get(name) ?? [], quantities[name].allowance);
    return Object.fromEntries(quantityNames.map((name) => [name, of(name)])) as Verdicts;
  }

  /** What is live, by class: for the report of a leak. */
  get live(): ReadonlyMap<string, number> {
    return this.#disposables.classes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#local[Symbol.asyncDispose]();
    await this.#remote[Symbol.asyncDispose]();
    this.#disposables[Symbol.dispose]();
  }
}
