import { type Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check } from '../support/index.js';
import { irqsOf, unlessAnyIrq, unlessIrq, usedIrqs, type UsedIrq } from './indexes.js';
import { disable } from './requests.js';

/** A check that looks at every irq index, which it leaves out of use. */
export function eachIrq(
  id: string,
  title: string,
  look: (bench: Bench, device: Device, irq: UsedIrq) => Promise<void>,
): ConformanceCheck {
  return check(id, title, eachOf(usedIrqs, look), unlessAnyIrq);
}

/** The same of message indexes. */
export function eachMessage(
  id: string,
  title: string,
  look: (bench: Bench, device: Device, irq: UsedIrq) => Promise<void>,
): ConformanceCheck {
  const find = (bench: Bench, device: Device): Promise<readonly UsedIrq[]> =>
    irqsOf(bench, device, 'message');
  return check(`vectors-${id}`, title, eachOf(find, look), unlessIrq('message'));
}
function eachOf(
  find: (bench: Bench, device: Device) => Promise<readonly UsedIrq[]>,
  look: (bench: Bench, device: Device, irq: UsedIrq) => Promise<void>,
): (bench: Bench) => Promise<void> {
  return async (bench) => {
    const device = await bench.open();
    for (const irq of await find(bench, device)) {
      await look(bench, device, irq);
      await disable(bench, device, irq.index);
    }
  };
}
