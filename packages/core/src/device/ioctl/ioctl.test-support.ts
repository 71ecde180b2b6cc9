import { failure } from '../../errors/index.js';
import { settled } from '../../errors/outcome.test-support.js';
import type { Bench } from '../endpoint.test-support.js';
import type { MigrationData } from '../migration/index.js';
import { deviceIoctl } from './device-ioctl.js';
import type { Descriptors } from './descriptors.js';

export const GUARD = 0xa5;

/** A caller's structure: `argsz` bytes in the middle of guarded memory. */
export interface Argument {
  /** What the call is given: `argsz` bytes, and guards behind them. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Whether a byte in front of the structure or behind `argsz` was written. */
  broken(): boolean;
}

export function argument(argsz: number, head: readonly number[] = []): Argument {
  const before = 24;
  const room = Math.max(argsz, 4 + head.length * 4);
  const memory = new Uint8Array(before + room + 64).fill(GUARD);
  const bytes = memory.subarray(before, before + room + 32);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  [argsz, ...head].forEach((value, i) => {
    view.setUint32(i * 4, value, true);
  });
  const original = memory.slice();
  const broken = (): boolean =>
    memory.some((byte, i) => (i < before || i >= before + argsz) && byte !== original[i]);
  return { bytes, view, broken };
}

/** The descriptors of one client: what was installed, and an eventfd table without entries. */
export class TestDescriptors implements Descriptors {
  readonly installed: MigrationData[] = [];
  full = false;

  readonly resolve: Descriptors['resolve'] = (descriptor) => {
    throw failure('irq.bad-descriptor', { descriptor });
  };

  install(session: MigrationData): number {
    if (this.full) {
      throw failure('model.threw', { handler: 'install' });
    }
    return 100 + this.installed.push(session);
  }
}

export function call(
  bench: Bench,
  request: number,
  bytes: Uint8Array,
  descriptors: Descriptors = new TestDescriptors(),
): Promise<number | string> {
  return settled(() => deviceIoctl(bench.endpoint, request, bytes, descriptors));
}
