import type { Device, SetIrqs } from '@mdevkit/core';
import {
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, refused } from '../support/index.js';
import { unlessAnyIrq, usedIrqs, type UsedIrq } from './indexes.js';
import { actions, Bell, bind, disable, poke } from './requests.js';
import { expect } from 'chai';

const source = 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare';
const U32 = 0xffff_ffff;
const TRIGGER = actions.TRIGGER;
const NONE = VFIO_IRQ_SET_DATA_NONE | TRIGGER;

type Requests = (irq: UsedIrq) => readonly Omit<SetIrqs, 'index'>[];

const broken: readonly (readonly [id: string, words: string, requests: Requests])[] = [
  [
    'count',
    'row irq count: a count of 2^32 - 1 - start or more',
    () => [
      { flags: NONE, start: 0, count: U32 },
      { flags: NONE, start: 1, count: U32 - 1 },
      { flags: NONE, start: U32, count: 0 },
      { flags: NONE, start: 0, count: -1 },
      { flags: NONE, start: 0.5, count: 1 },
    ],
  ],
  [
    'flags',
    'row irq flags: a flag is unknown',
    () =>
      [0x40, 0x80, 0x100, 0x8000_0000].map((bit) => ({ flags: NONE + bit, start: 0, count: 1 })),
  ],
  [
    'range',
    'row irq range: start, or start + count, lies beyond the interrupts',
    ({ count }) => [
      { flags: NONE, start: count, count: 0 },
      { flags: NONE, start: count, count: 1 },
      { flags: NONE, start: 0, count: count + 1 },
      { flags: NONE, start: count - 1, count: 2 },
    ],
  ],
  [
    'data-type',
    'row irq data type: not exactly one of NONE, BOOL, EVENTFD',
    () => [
      { flags: TRIGGER, start: 0, count: 1 },
      { flags: NONE | VFIO_IRQ_SET_DATA_BOOL, start: 0, count: 1, bools: Uint8Array.of(1) },
      { flags: NONE | VFIO_IRQ_SET_DATA_EVENTFD, start: 0, count: 1, slots: [-1] },
    ],
  ],
  [
    'payload-bool',
    'row irq payload: fewer bytes than vectors',
    () => [
      { flags: TRIGGER | VFIO_IRQ_SET_DATA_BOOL, start: 0, count: 1 },
      { flags: TRIGGER | VFIO_IRQ_SET_DATA_BOOL, start: 0, count: 1, bools: new Uint8Array(0) },
    ],
  ],
  [
    'payload-eventfd',
    'row irq payload: fewer eventfds than vectors',
    () => [
      { flags: TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD, start: 0, count: 1 },
      { flags: TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD, start: 0, count: 1, slots: [] },
    ],
  ],
];

/** What every index refuses, and that a request that is refused changes nothing. */
export const sharedChecks: readonly ConformanceCheck[] = [
  check(
    'index',
    `row irq index: an index that is not in the table is EINVAL (${source})`,
    async (bench) => {
      const device = await bench.open();
      const { numIrqs } = await device.info();
      for (const index of [numIrqs, numIrqs + 1, U32, -1, 0.5, Number.NaN]) {
        const call = device.setIrqs({ index, flags: NONE, start: 0, count: 1 });
        await refused(bench, `a request for irq index ${index}`, 'EINVAL', call);
      }
    },
  ),
  check(
    'unused',
    `row irq range: an index without interrupts refuses everything (${source})`,
    async (bench) => {
      const device = await bench.open();
      const { numIrqs } = await device.info();
      const used = new Set((await usedIrqs(bench, device)).map(({ index }) => index));
      for (let index = 0; index < numIrqs; index++) {
        if (!used.has(index)) {
          const call = device.setIrqs({ index, flags: NONE, start: 0, count: 1 });
          await refused(bench, `a request for unused irq index ${index}`, 'EINVAL', call);
        }
      }
    },
  ),
  ...broken.flatMap(([id, words, requests]) => [
    check(
      id,
      `${words} is EINVAL (${source})`,
      (bench) => refuseAll(bench, requests, false),
      unlessAnyIrq,
    ),
    check(
      `${id}-active`,
      `${words} is EINVAL, and leaves what is bound (${source})`,
      (bench) => refuseAll(bench, requests, true),
      unlessAnyIrq,
    ),
  ]),
  check(
    'bad-fd',
    'row bad fd: a descriptor that is none is EBADF (fs/eventfd.c, eventfd_ctx_fdget)',
    async (bench) => {
      const device = await bench.open();
      for (const irq of await usedIrqs(bench, device)) {
        expect(await bind(bench, device, irq.index, 7), `irq index ${irq.index}`).to.equal('EBADF');
      }
    },
    unlessAnyIrq,
  ),
  check(
    'argument',
    'row argument type: what is no request is EINVAL (include/uapi/linux/vfio.h, struct vfio_irq_set)',
    async (bench) => {
      const device = await bench.open();
      for (const request of [undefined, 0, 'none', {}, { index: '0' }]) {
        await refused(bench, 'a request that is none', 'EINVAL', device.setIrqs(request as never));
      }
    },
  ),
];

async function refuseAll(bench: Bench, requests: Requests, isActive: boolean): Promise<void> {
  const device = await bench.open();
  for (const irq of await usedIrqs(bench, device)) {
    const bell = new Bell();
    if (isActive) {
      expect(await bind(bench, device, irq.index, bell), `irq index ${irq.index}`).to.equal('done');
      bell.rung = 0;
    }
    for (const request of requests(irq)) {
      const what = `start ${request.start}, count ${request.count} of irq index ${irq.index}`;
      await refused(bench, what, 'EINVAL', device.setIrqs({ index: irq.index, ...request }));
    }
    await expectKept(bench, device, irq, bell, isActive);
  }
}

async function expectKept(
  bench: Bench,
  device: Device,
  { index }: UsedIrq,
  bell: Bell,
  isActive: boolean,
): Promise<void> {
  expect(bell.rung, 'signals by requests that were refused').to.equal(0);
  const answer = await poke(bench, device, index);
  expect(answer, `a signal of irq index ${index} after them`).to.equal(
    isActive ? 'done' : 'EINVAL',
  );
  expect(bell.rung, `signals of irq index ${index}`).to.equal(isActive ? 1 : 0);
  if (isActive) {
    await disable(bench, device, index);
  }
}
