import { hex, WIDEST_VALUE, type AccessPiece, type DevicePlaces } from '../names/index.js';
import { depthOf, type QueueWave } from './queue-wave.js';
import { RegisterWave } from './register-wave.js';
import type { VcdType, VcdWriter } from './vcd-writer.js';

export interface DeviceWavesOptions {
  readonly writer: VcdWriter;
  /** Of the device, the outermost. */
  readonly scope: string;
  readonly places: DevicePlaces;
  /** Which regions' registers are drawn; all without it. */
  readonly regions?: readonly number[] | undefined;
  readonly queues?: readonly QueueWave[] | undefined;
}

/** The waves of one device. Variables appear with the first that is known of them. */
export class DeviceWaves {
  readonly #options: DeviceWavesOptions;
  readonly #registers = new Map<string, RegisterWave>();
  /** Variables beside registers, by scope and name. */
  readonly #variables = new Map<string, number>();
  readonly #lines = new Set<number>();
  /** Names of values that were sampled. */
  readonly #sampled = new Set<string>();

  constructor(options: DeviceWavesOptions) {
    this.#options = options;
  }

  /** `served` bytes, `data[at ..]`, passed at `offset` of a region, `ms` milliseconds after the start. */
  access(
    ms: number,
    kind: 'read' | 'write',
    region: number,
    offset: number,
    data: DataView,
    at: number,
    served: number,
  ): void {
    const { places, regions, writer } = this.#options;
    const name = places.regionName(region);
    if (name === undefined || served === 0 || regions?.includes(region) === false) {
      return;
    }
    this.#pulse(ms, 'access', `${name}_${kind}`);
    for (const piece of places.split(region, offset, served)) {
      if (isDrawn(piece)) {
        const start = offset + piece.from;
        const register = this.#register(region, name, piece);
        register.pass(start - piece.offset, data, at + piece.from, piece.until - piece.from);
        writer.change(register.variable, ms, register.bits);
      }
    }
    this.probe(ms);
  }

  /** The device signalled a message, or pulsed a line. `index` is the name of the irq index, which has `count`. */
  interrupt(ms: number, index: string, count: number, subindex: number): void {
    this.#pulse(ms, 'irq', count > 1 ? `${index}_${subindex}` : index);
    this.probe(ms);
  }

  /** The device raised or lowered a line. */
  line(ms: number, index: string, isRaised: boolean): void {
    const variable = this.#variable('irq', `${index}_line`, 'wire', 1, '0');
    this.#lines.add(variable);
    this.#options.writer.change(variable, ms, isRaised ? '1' : '0');
  }

  /** All lines fall, as they do when a device is reset. */
  lowerLines(ms: number): void {
    for (const line of this.#lines) {
      this.#options.writer.change(line, ms, '0');
    }
  }

  /** Something without a value happened, for example `dma_read`. */
  happened(ms: number, scope: string, name: string): void {
    this.#pulse(ms, scope, name);
  }

  /** Values that are known otherwise, by name; modulo 2^64. When `values` throws, none of them is known. */
  sample(ms: number, values: () => Readonly<Record<string, number | bigint>>): void {
    const sampled = attempt(() => Object.entries(values()));
    for (const [name, value] of sampled ?? []) {
      this.#sampled.add(name);
      this.#drawSample(ms, name, value);
    }
    if (sampled === undefined) {
      for (const name of this.#sampled) {
        this.#drawSample(ms, name, undefined);
      }
    }
  }

  /** Asks how deep the queues are. */
  probe(ms: number): void {
    for (const queue of this.#options.queues ?? []) {
      const valueOf = (region: number, name: string): bigint | undefined =>
        this.#registers.get(`${region} ${name}`)?.value;
      const depth = attempt(() => depthOf(queue, valueOf) ?? 'unknown');
      if (depth !== 'unknown') {
        const variable = this.#variable('queues', queue.name, 'integer');
        const bits = Number.isInteger(depth) ? (Number(depth) >>> 0).toString(2) : 'x';
        this.#options.writer.change(variable, ms, bits);
      }
    }
  }

  #drawSample(ms: number, name: string, value: number | bigint | undefined): void {
    const bits = attempt(() => BigInt.asUintN(64, BigInt(value ?? NaN)).toString(2));
    this.#options.writer.change(this.#variable('sampled', name, 'reg', 64), ms, bits ?? 'x');
  }

  #pulse(ms: number, scope: string, name: string): void {
    this.#options.writer.change(this.#variable(scope, name, 'event'), ms, '1');
  }

  #register(region: number, regionName: string, piece: AccessPiece): RegisterWave {
    const name = piece.name ?? `at_${hex(piece.offset).slice(2)}_${piece.width}`;
    const key = `${region} ${name}`;
    const known = this.#registers.get(key);
    if (known !== undefined) {
      return known;
    }
    const { scope, writer } = this.#options;
    const variable = writer.declare({
      scope: [scope, regionName],
      name,
      type: 'reg',
      width: piece.width * 8,
    });
    const register = new RegisterWave(variable, piece.width);
    this.#registers.set(key, register);
    return register;
  }

  #variable(scope: string, name: string, type: VcdType, width = 1, initial = 'x'): number {
    const key = `${scope} ${name}`;
    const known = this.#variables.get(key);
    if (known !== undefined) {
      return known;
    }
    const { writer, scope: outer } = this.#options;
    const variable = writer.declare({ scope: [outer, scope], name, type, width, initial });
    this.#variables.set(key, variable);
    return variable;
  }
}

/** What somebody else's code gives; undefined if it throws, which is no business of the client that is being drawn. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Registers, and places of handlers that do not say what they have. */
function isDrawn({ kind, width }: AccessPiece): boolean {
  return kind === 'register' || (kind === 'trapped' && width <= WIDEST_VALUE);
}
