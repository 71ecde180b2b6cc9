import type {
  ClientCall,
  DeviceModel,
  InterposedMdev,
  Interposer,
  Interposition,
  Irqs,
  MdevIdentity,
} from '@mdevkit/core';
import { DevicePlaces, observe, type RegionNames } from '../names/index.js';
import { DeviceWaves } from './device-waves.js';
import type { QueueWave } from './queue-wave.js';
import { VcdWriter, type VcdOptions } from './vcd-writer.js';

export interface WaveformOptions extends VcdOptions {
  /** Names of registers, where the model does not say. */
  readonly names?: RegionNames;
  /** VFIO region indexes whose registers are drawn; all without it. */
  readonly regions?: readonly number[];
  readonly queues?: readonly QueueWave[];
  /** More values, by name: asked after every call of a client. Modulo 2^64. What throws, or is no integer, is drawn as x. */
  readonly sample?: (mdev: MdevIdentity) => Readonly<Record<string, number | bigint>>;
}

/**
 * Draws what happens to the mdevs of a host as waveforms: registers as their clients read and write them, queues by their
 * depth, interrupts, accesses and events. The result is a value change dump, for any viewer of them.
 *
 * A register shows what passed last. What the device changes by itself is seen when it is read, or by `sample`.
 *
 * @example
 * const waves = new WaveformRecorder();
 * await using host = new MdevHost({ interposers: [waves] });
 * …
 * await writeFile('run.vcd', waves.vcd());
 */
export class WaveformRecorder implements Interposer {
  readonly #options: WaveformOptions;
  readonly #writer: VcdWriter;
  /** Of the first mdev, in ms of the clock. */
  #start: number | undefined;

  constructor(options: WaveformOptions = {}) {
    this.#options = options;
    this.#writer = new VcdWriter(options);
  }

  interpose({ identity, clock }: InterposedMdev): Interposition {
    this.#start ??= clock.now();
    const start = this.#start;
    const now = (): number => clock.now() - start;
    let model: Pick<DeviceModel, 'regions' | 'irqs'> = { regions: [], irqs: [] };
    let waves = this.#wavesOf(identity, model);
    return {
      model: (inner) => {
        model = inner;
        waves = this.#wavesOf(identity, inner);
        return inner;
      },
      irqs: (inner) => drawnIrqs(inner, () => ({ waves, model, ms: now() })),
      event: ({ kind }) => {
        waves.happened(now(), 'event', kind);
      },
      objectEvent: () => {
        waves.happened(now(), 'event', 'object');
      },
      call: (call, proceed) =>
        observe(
          proceed,
          (answer) => {
            this.#called(identity, waves, now(), call, answer);
          },
          () => undefined,
        ),
    };
  }

  /** The dump until now. Recording goes on. */
  vcd(): string {
    return this.#writer.text();
  }

  #called(
    identity: MdevIdentity,
    waves: DeviceWaves,
    ms: number,
    call: ClientCall,
    answer: unknown,
  ): void {
    if ((call.kind === 'read' || call.kind === 'write') && typeof answer === 'number') {
      waves.access(ms, call.kind, call.region, call.offset, call.data, call.at, answer);
    } else if (call.kind === 'reset' || call.kind === 'close') {
      waves.lowerLines(ms);
    }
    const { sample } = this.#options;
    if (sample !== undefined) {
      waves.sample(ms, () => sample(identity));
    }
  }

  #wavesOf({ type, uuid }: MdevIdentity, model: Pick<DeviceModel, 'regions'>): DeviceWaves {
    const { names, regions, queues } = this.#options;
    return new DeviceWaves({
      writer: this.#writer,
      scope: `${type}_${uuid}`,
      places: DevicePlaces.of(model, names),
      regions,
      queues,
    });
  }
}

interface Drawing {
  readonly waves: DeviceWaves;
  readonly model: Pick<DeviceModel, 'irqs'>;
  readonly ms: number;
}

function drawnIrqs(inner: Irqs, drawing: () => Drawing): Irqs {
  const nameOf = ({ irqs }: Drawing['model'], index: number): string =>
    irqs[index]?.name ?? `irq${index}`;
  const line = (index: number, isRaised: boolean): void => {
    const { waves, model, ms } = drawing();
    waves.line(ms, nameOf(model, index), isRaised);
  };
  return {
    trigger: (index, subindex = 0) => {
      const { waves, model, ms } = drawing();
      const spec = model.irqs[index];
      const count = spec === undefined || spec.kind === 'absent' ? 1 : spec.count;
      waves.interrupt(ms, nameOf(model, index), count, subindex);
      return inner.trigger(index, subindex);
    },
    assert: (index) => {
      line(index, true);
      return inner.assert(index);
    },
    deassert: (index) => {
      line(index, false);
      inner.deassert(index);
    },
    enabled: (index) => inner.enabled(index),
  };
}
