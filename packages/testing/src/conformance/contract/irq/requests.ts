import type { Device, IrqSlot } from '@mdevkit/core';
import {
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { codeAnswered } from '../support/index.js';

export const actions = {
  TRIGGER: VFIO_IRQ_SET_ACTION_TRIGGER,
  MASK: VFIO_IRQ_SET_ACTION_MASK,
  UNMASK: VFIO_IRQ_SET_ACTION_UNMASK,
  none: 0,
  several: VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_ACTION_TRIGGER,
} as const;

export type Action = keyof typeof actions;

/** What a request carries; a function gives what the eventfd of a slot is. */
export const payloads = {
  'NONE count 0': { flags: VFIO_IRQ_SET_DATA_NONE, count: 0 },
  'NONE count 1': { flags: VFIO_IRQ_SET_DATA_NONE, count: 1 },
  'BOOL 1': { flags: VFIO_IRQ_SET_DATA_BOOL, count: 1, bools: Uint8Array.of(1) },
  'BOOL 0': { flags: VFIO_IRQ_SET_DATA_BOOL, count: 1, bools: Uint8Array.of(0) },
  'EVENTFD fd': { flags: VFIO_IRQ_SET_DATA_EVENTFD, count: 1 },
  'EVENTFD -1': { flags: VFIO_IRQ_SET_DATA_EVENTFD, count: 1, slots: [-1] },
} as const;

export type Payload = keyof typeof payloads;

/** Counts what comes to it, as target and as a source that nobody signals. */
export class Bell {
  rung = 0;
  letGo = 0;

  signal(): void {
    this.rung += 1;
  }

  unbound(): void {
    this.letGo += 1;
  }

  subscribe(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }
}

/** One request of the matrix; `fresh` is the eventfd that it may bring. `done`, or the errno. */
export function cell(
  bench: Bench,
  device: Device,
  index: number,
  action: Action,
  payload: Payload,
  fresh: IrqSlot,
): Promise<string> {
  const { flags, ...rest } = payloads[payload];
  const slots = payload === 'EVENTFD fd' ? { slots: [fresh] } : {};
  const request = { index, start: 0, ...rest, ...slots, flags: flags | actions[action] };
  return codeAnswered(bench, `${action} ${payload} of irq index ${index}`, device.setIrqs(request));
}

/** Binds vector 0. `done`, or the errno. */
export function bind(
  bench: Bench,
  device: Device,
  index: number,
  target: IrqSlot,
): Promise<string> {
  return cell(bench, device, index, 'TRIGGER', 'EVENTFD fd', target);
}

/** Signals vector 0 by hand. `done`, or the errno. */
export function poke(bench: Bench, device: Device, index: number): Promise<string> {
  return cell(bench, device, index, 'TRIGGER', 'NONE count 1', -1);
}

/** Takes an index out of use. `done`, or the errno. */
export function disable(bench: Bench, device: Device, index: number): Promise<string> {
  return cell(bench, device, index, 'TRIGGER', 'NONE count 0', -1);
}
