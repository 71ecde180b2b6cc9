import { VFIO_USER_DEVICE_SET_IRQS } from '@mdevkit/uapi';
import type { SessionBench } from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';

export const NONE = 1;
export const BOOL = 2;
export const EVENTFD = 4;
export const MASK = 8;
export const UNMASK = 16;
export const TRIGGER = 32;

export interface Set {
  readonly argsz?: number;
  readonly data?: Uint8Array;
  readonly fds?: readonly number[];
}

export function set(
  bench: SessionBench,
  flags: number,
  index: number,
  start: number,
  count: number,
  { argsz = 20, data = new Uint8Array(0), fds = [] }: Set = {},
): Promise<string> {
  const payload = fields(argsz, flags, index, start, count, data);
  return bench.outcome(VFIO_USER_DEVICE_SET_IRQS, payload, fds);
}
