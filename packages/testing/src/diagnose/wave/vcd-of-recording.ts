import type { RecordedArguments, Recording, RecordingEntry } from '../../record/index.js';
import {
  DevicePlaces,
  type PlacedRegion,
  type RegionNames,
  type RegisterNames,
} from '../names/index.js';
import { DeviceWaves } from './device-waves.js';
import type { QueueWave } from './queue-wave.js';
import { VcdWriter, type VcdOptions } from './vcd-writer.js';

export interface RecordedWaveOptions extends VcdOptions {
  /** In place of those of the recording, region by region. Registers without a name are named by offset and width. */
  readonly names?: RegionNames;
  readonly queues?: readonly Exclude<QueueWave, { readonly probe: unknown }>[];
}

/**
 * A recording as a value change dump: what a `WaveformRecorder` would have drawn, and DMA. A value is drawn when the call
 * was answered. Calls that were refused are not drawn.
 */
export function vcdOfRecording(recording: Recording, options: RecordedWaveOptions = {}): string {
  const { mdev, device } = recording.header;
  const regions: PlacedRegion[] = [];
  const names: Record<number, RegisterNames> = {};
  for (const { index, name, registers } of device.regions) {
    if (!Number.isInteger(index) || index < 0 || index > LAST_REGION) {
      throw new RangeError(`region ${index} of the recording is beyond what devices have`);
    }
    regions[index] = { name, placeAt: () => ({ kind: 'trapped' }) };
    if (registers !== undefined) {
      names[index] = registers;
    }
  }
  const writer = new VcdWriter(options);
  const waves = new DeviceWaves({
    writer,
    scope: `${mdev.type}_${mdev.uuid}`,
    places: new DevicePlaces(Array.from(regions), { ...names, ...options.names }),
    queues: options.queues,
  });
  const calls = new Map<number, Call>();
  const irqs = new Map(device.irqs.map((irq) => [irq.index, irq]));
  for (const entry of recording.entries) {
    draw(waves, calls, irqs, entry);
  }
  return writer.text();
}

/** Far beyond what a device has, so that a recording cannot ask for a table without end. */
const LAST_REGION = 0xffff;

type Call = Extract<RecordingEntry, { readonly kind: 'call' }>;
type IrqNames = ReadonlyMap<number, { readonly name: string; readonly count: number }>;

function draw(
  waves: DeviceWaves,
  calls: Map<number, Call>,
  irqs: IrqNames,
  entry: RecordingEntry,
): void {
  const { time } = entry;
  switch (entry.kind) {
    case 'call':
      calls.set(entry.id, entry);
      break;
    case 'answer': {
      const call = calls.get(entry.id);
      calls.delete(entry.id);
      if (call !== undefined && 'value' in entry.answer) {
        drawCall(waves, time, call, entry.answer.value);
      }
      break;
    }
    case 'irq': {
      const { name, count } = irqs.get(entry.index) ?? { name: `irq${entry.index}`, count: 1 };
      if (entry.action === 'trigger') {
        waves.interrupt(time, name, count, entry.subindex);
      } else {
        waves.line(time, name, entry.action === 'assert');
      }
      break;
    }
    case 'dma':
      waves.happened(time, 'dma', entry.access);
      break;
    case 'event':
      waves.happened(time, 'event', entry.event.kind);
      break;
    case 'object-event':
      waves.happened(time, 'event', 'object');
      break;
    case 'end':
      break;
  }
}

function drawCall(waves: DeviceWaves, time: number, { call, args }: Call, value: unknown): void {
  if (call === 'read' && value instanceof Uint8Array) {
    drawAccess(waves, time, call, args, value, value.length);
  } else if (call === 'write' && args['bytes'] instanceof Uint8Array) {
    drawAccess(waves, time, call, args, args['bytes'], value);
  } else if (call === 'reset' || call === 'close') {
    waves.lowerLines(time);
  }
}

/** A recording may come from anywhere: what does not fit is not drawn. */
function drawAccess(
  waves: DeviceWaves,
  time: number,
  kind: 'read' | 'write',
  { region, offset }: RecordedArguments,
  bytes: Uint8Array,
  served: unknown,
): void {
  if (typeof region === 'number' && typeof offset === 'number' && typeof served === 'number') {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    waves.access(time, kind, region, offset, data, 0, Math.min(served, bytes.length));
  }
}
