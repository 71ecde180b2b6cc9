import { AddressSpace, DEFAULT_HANDLER_DEADLINE_MS, type Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  codeAnswered,
  done,
  ready,
  refused,
  scribble,
  unless,
  unlessTwo,
  either,
} from '../support/index.js';

const rules = 'docs/reference/iommu-rules.md, PASIDs of a parent';
const sva = 'drivers/iommu/iommu-sva.c';
const PAGE = 4096;

const unlessPasids = unless('no PASIDs', async (device, bench) => {
  return (await codeAnswered(bench, 'a bind', device.bind(new AddressSpace()))) === 'done';
});

/** Further address spaces of a device. */
export const pasidChecks: readonly ConformanceCheck[] = [
  check(
    'pasid-bind',
    `row pasid width, pasid zero: a bind gives a PASID of 1 .. 2^20 - 1, or is EOPNOTSUPP (${rules}; PCIe Base Spec 7.8.9)`,
    async (bench) => {
      const device = await ready(bench);
      const bound = device.bind(new AddressSpace());
      const code = await codeAnswered(bench, 'a bind', bound);
      if (code === 'done') {
        expect((await bound).pasid).to.be.within(1, 2 ** 20 - 1);
      } else {
        expect(code, 'a bind').to.equal('EOPNOTSUPP');
      }
    },
  ),
  check(
    'pasid-argument',
    'row argument type: what is no address space is EINVAL (include/uapi/linux/vfio.h, VFIO_DEVICE_ATTACH_PASID)',
    async (bench) => {
      const device = await ready(bench);
      for (const space of [undefined, 0, {}, new Uint8Array(PAGE)]) {
        await refused(bench, 'a bind of no address space', 'EINVAL', device.bind(space as never));
      }
    },
  ),
  check(
    'pasid-distinct',
    `every bind has a PASID of its own (${sva}, iommu_alloc_mm_data)`,
    async (bench) => {
      const device = await ready(bench);
      const bindings = await bindSome(device, 4);
      expect(new Set(bindings.map(({ pasid }) => pasid)).size).to.equal(4);
    },
    unlessPasids,
  ),
  check(
    'pasid-apart',
    `mdevs of a parent never have the same PASID (${sva}, iommu_alloc_mm_data)`,
    async (bench) => {
      const bindings = [
        ...(await bindSome(await ready(bench), 3)),
        ...(await bindSome(await ready(bench), 3)),
      ];
      expect(new Set(bindings.map(({ pasid }) => pasid)).size).to.equal(6);
    },
    either(unlessPasids, unlessTwo),
  ),
  check(
    'pasid-unbind',
    'row pasid draining: an unbind ends in time, also while the device is at work, and twice (drivers/misc/ocxl/context.c, ocxl_context_detach)',
    async (bench) => {
      const device = await ready(bench);
      const [binding] = await bindSome(device, 1);
      await scribble(bench, device);
      await done(bench, 'an unbind', binding?.unbind() ?? Promise.reject(new Error('no binding')));
      await done(bench, 'a second unbind', binding?.unbind() ?? Promise.resolve());
    },
    unlessPasids,
  ),
  check(
    'pasid-again',
    'row pasid draining: what was unbound can be bound again and again (drivers/misc/ocxl/context.c, ocxl_context_free)',
    async (bench) => {
      const device = await ready(bench);
      const begun = bench.clock.now();
      for (let turn = 0; turn < 16; turn++) {
        const binding = await done(bench, `bind ${turn}`, device.bind(new AddressSpace()));
        await done(bench, `unbind ${turn}`, binding.unbind());
      }
      // A device that never says that it is quiet is cut off at its deadline, and its PASID is lost.
      expect(bench.clock.now() - begun, 'milliseconds until an idle device was quiet').to.be.below(
        DEFAULT_HANDLER_DEADLINE_MS,
      );
    },
    unlessPasids,
  ),
  check(
    'pasid-replace',
    'a PASID can lead to another space, until it is unbound: ENOENT (drivers/iommu/iommufd/device.c, iommufd_device_replace)',
    async (bench) => {
      const device = await ready(bench);
      const binding = await done(bench, 'a bind', device.bind(new AddressSpace()));
      const { pasid } = binding;
      await done(bench, 'a replace', binding.replace(new AddressSpace()));
      expect(binding.pasid).to.equal(pasid);
      await done(bench, 'an unbind', binding.unbind());
      await refused(bench, 'a replace afterwards', 'ENOENT', binding.replace(new AddressSpace()));
    },
    unlessPasids,
  ),
  check(
    'pasid-close',
    'a close ends the PASIDs of its client (drivers/vfio/device_cdev.c, vfio_df_unbind_iommufd)',
    async (bench) => {
      const { uuid } = await bench.create();
      for (let turn = 0; turn < 4; turn++) {
        const device = await bench.host.open(uuid);
        const [binding] = await bindSome(device, 3);
        await done(bench, 'a close', device.close());
        await done(bench, 'an unbind afterwards', binding?.unbind() ?? Promise.resolve());
      }
    },
    unlessPasids,
  ),
];

function bindSome(device: Device, count: number): Promise<Awaited<ReturnType<Device['bind']>>[]> {
  return Promise.all(
    Array.from({ length: count }, () => {
      const space = new AddressSpace();
      space.map({ iova: 0, memory: new Uint8Array(PAGE) });
      return device.bind(space);
    }),
  );
}
