import type { Device } from '@mdevkit/core';
import {
  VFIO_IRQ_INFO_MASKABLE,
  VFIO_IRQ_INFO_NORESIZE,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_DATA_BOOL,
} from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { codeAnswered, unless, type Without } from '../support/index.js';

/** The behaviours of docs/reference/device-rules.md. */
export type IrqKind = 'level' | 'message' | 'signal';

/** An irq index that is in use. */
export interface UsedIrq {
  readonly index: number;
  readonly kind: IrqKind;
  readonly count: number;
  readonly resizable: boolean;
}

/** The irq indexes of a new device. */
export async function usedIrqs(bench: Bench, device: Device): Promise<readonly UsedIrq[]> {
  const { numIrqs } = await device.info();
  const irqs: UsedIrq[] = [];
  for (let index = 0; index < numIrqs; index++) {
    if (
      (await codeAnswered(bench, `info of irq index ${index}`, device.irqInfo(index))) !== 'done'
    ) {
      continue;
    }
    const { flags, count } = await device.irqInfo(index);
    if (count > 0) {
      const resizable = (flags & VFIO_IRQ_INFO_NORESIZE) === 0;
      const isLevel = (flags & VFIO_IRQ_INFO_MASKABLE) !== 0;
      const kind = isLevel ? 'level' : await messageOrSignal(bench, device, index);
      irqs.push({ index, kind, count, resizable });
    }
  }
  return irqs;
}

export async function irqsOf(
  bench: Bench,
  device: Device,
  kind: IrqKind,
): Promise<readonly UsedIrq[]> {
  return (await usedIrqs(bench, device)).filter((irq) => irq.kind === kind);
}

/** Why a check of an irq kind does not apply. */
export function unlessIrq(kind: IrqKind): Without {
  return unless(`no ${kind} index`, async (device, bench) => {
    return (await irqsOf(bench, device, kind)).length > 0;
  });
}

export const unlessAnyIrq: Without = unless('no irq index', async (device, bench) => {
  return (await usedIrqs(bench, device)).length > 0;
});

/** Flags do not tell them apart: a signal index takes a BOOL while nothing is bound, a message index does not. */
async function messageOrSignal(
  bench: Bench,
  device: Device,
  index: number,
): Promise<'message' | 'signal'> {
  const flags = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER;
  const request = { index, flags, start: 0, count: 1, bools: Uint8Array.of(1) };
  const code = await codeAnswered(
    bench,
    `a trigger of irq index ${index}`,
    device.setIrqs(request),
  );
  return code === 'done' ? 'signal' : 'message';
}
