import { bindIrqs, irqCallback, type Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { usedIrqs } from '../irq/indexes.js';
import {
  answerOf,
  check,
  codeAnswered,
  done,
  ready,
  scribble,
  unlessReset,
  unlessTwo,
  type Without,
} from '../support/index.js';

/** Ids that are asked for; the kernel has 13. */
const FEATURES = 32;

type Ask = (bench: Bench, device: Device) => Promise<unknown>;

/** What a device says of itself. */
const subjects: Readonly<Record<string, Ask>> = {
  'device-info': (bench, device) => done(bench, 'info', device.info()),
  'region-info': async (bench, device) => {
    const { numRegions } = await device.info();
    return asked(bench, numRegions, (index) => device.regionInfo(index));
  },
  'irq-info': async (bench, device) => {
    const { numIrqs } = await device.info();
    return asked(bench, numIrqs, (index) => device.irqInfo(index));
  },
  features: async (bench, device) => {
    const answers: string[] = [];
    for (let id = 0; id < FEATURES; id++) {
      for (const method of [VFIO_DEVICE_FEATURE_GET, VFIO_DEVICE_FEATURE_SET]) {
        const flags = VFIO_DEVICE_FEATURE_PROBE | method | id;
        const probe = device.feature(flags, new Uint8Array(0));
        answers.push(await codeAnswered(bench, `a probe of feature ${id}`, probe));
      }
    }
    return answers;
  },
};

interface Happening {
  readonly id: string;
  readonly words: string;
  /** Answers the device to be asked after it, which may be another one. */
  readonly happen: (bench: Bench, device: Device) => Promise<Device>;
  readonly without?: Without;
}

const happenings: readonly Happening[] = [
  {
    id: 'again',
    words: 'when it is asked again',
    happen: (_bench, device) => Promise.resolve(device),
  },
  {
    id: 'writes',
    words: 'after a client wrote to all regions',
    happen: async (bench, device) => {
      await scribble(bench, device);
      return device;
    },
  },
  {
    id: 'irqs',
    words: 'while interrupts are enabled',
    happen: async (bench, device) => {
      for (const { index } of await usedIrqs(bench, device)) {
        const slot = irqCallback(() => undefined);
        await codeAnswered(bench, 'enabling an irq index', bindIrqs(device, index, [slot]));
      }
      return device;
    },
  },
  {
    id: 'map',
    words: 'while memory is mapped',
    happen: async (bench, device) => {
      const memory = new Uint8Array(0x1000);
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
      return device;
    },
  },
  {
    id: 'reset',
    words: 'after a reset',
    happen: async (bench, device) => {
      await scribble(bench, device);
      await done(bench, 'a reset', device.reset());
      return device;
    },
    without: unlessReset,
  },
  {
    id: 'other',
    words: 'on a second mdev of the type',
    happen: async (bench, device) => {
      await scribble(bench, device);
      return ready(bench);
    },
    without: unlessTwo,
  },
];

/** A model declares what it has before its constructor ends, and it does not change afterwards. */
export const stabilityChecks: readonly ConformanceCheck[] = Object.entries(subjects).flatMap(
  ([subject, ask]) =>
    happenings.map(({ id, words, happen, without }) =>
      check(
        `${subject}-${id}`,
        `${subject} is the same ${words} (own rule: what a model declares does not change; include/uapi/linux/vfio.h)`,
        async (bench) => {
          const device = await ready(bench);
          const before = await ask(bench, device);
          const after = await ask(bench, await happen(bench, device));
          expect(after, `${subject} ${words}`).to.deep.equal(before);
        },
        without,
      ),
    ),
);

async function asked(
  bench: Bench,
  count: number,
  ask: (index: number) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (let index = 0; index < count; index++) {
    const answer = await answerOf(bench, `info of index ${index}`, ask(index));
    answers.push('value' in answer ? answer.value : answer.error.code);
  }
  return answers;
}
