import {
  VFIO_DEVICE_FLAGS_AMBA,
  VFIO_DEVICE_FLAGS_AP,
  VFIO_DEVICE_FLAGS_CCW,
  VFIO_DEVICE_FLAGS_CDX,
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_FLAGS_PLATFORM,
  VFIO_DEVICE_FLAGS_RESET,
  VFIO_DEVICE_GET_INFO,
  VFIO_IRQ_INFO_AUTOMASKED,
  VFIO_IRQ_INFO_EVENTFD,
  VFIO_IRQ_INFO_MASKABLE,
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
  VfioDeviceInfo,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { DeviceApi } from '@mdevkit/core';
import type { ConformanceCheck } from '../../check.js';
import { attach, check, codeAnswered, done, ioctl, refused, structure } from '../support/index.js';

const header = 'include/uapi/linux/vfio.h';

const kinds: Readonly<Record<DeviceApi, number>> = {
  'vfio-pci': VFIO_DEVICE_FLAGS_PCI,
  'vfio-platform': VFIO_DEVICE_FLAGS_PLATFORM,
  'vfio-amba': VFIO_DEVICE_FLAGS_AMBA,
  'vfio-ccw': VFIO_DEVICE_FLAGS_CCW,
  'vfio-ap': VFIO_DEVICE_FLAGS_AP,
  'vfio-cdx': VFIO_DEVICE_FLAGS_CDX,
};

/** What a device says that it is. */
export const declaredChecks: readonly ConformanceCheck[] = [
  check(
    'kind',
    `flags name the kind that the type promises, and no other (${header}, VFIO_DEVICE_FLAGS_*)`,
    async (bench) => {
      const { flags } = await (await bench.open()).info();
      const all = Object.values(kinds).reduce((sum, flag) => sum | flag, 0);
      expect(flags & all, `type ${bench.type.id} says ${bench.type.deviceApi}; flags`).to.equal(
        kinds[bench.type.deviceApi],
      );
    },
  ),
  check(
    'reset-flag',
    `row reset missing: a device without the RESET flag refuses a reset with EINVAL, one with it resets (${header})`,
    async (bench) => {
      const device = await bench.open();
      const { flags } = await device.info();
      const code = await codeAnswered(bench, 'a reset', device.reset());
      const wanted = (flags & VFIO_DEVICE_FLAGS_RESET) === 0 ? 'EINVAL' : 'done';
      expect(code, 'a reset of a new device').to.equal(wanted);
    },
  ),
  check(
    'binary',
    'GET_INFO in binary form says what the typed call says (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_info)',
    async (bench) => {
      await using attached = await attach(bench);
      const argument = structure(24, 24);
      await ioctl(attached.endpoint, VFIO_DEVICE_GET_INFO, argument);
      const { flags, num_regions, num_irqs } = VfioDeviceInfo.decode(argument);
      const info = attached.endpoint.info();
      expect({ flags, numRegions: num_regions, numIrqs: num_irqs }).to.deep.equal(info);
    },
  ),
  check(
    'unknown-call',
    'row unknown call: a number that is no call of a device is ENOTTY (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_ioctl)',
    async (bench) => {
      await using attached = await attach(bench);
      for (const request of [0, 0x3b00, 0x3b00 | 100, 0x3b00 | 255, 0xffff_ffff]) {
        const call = ioctl(attached.endpoint, request, structure(64, 64));
        await refused(bench, `call ${request}`, 'ENOTTY', call);
      }
    },
  ),
  check(
    'region-flags',
    `row unimplemented index: a region has a size and a direction, or neither (${header}, VFIO_REGION_INFO_FLAG_*)`,
    async (bench) => {
      const device = await bench.open();
      const { numRegions } = await device.info();
      const direction = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
      for (let index = 0; index < numRegions; index++) {
        if ((await codeAnswered(bench, 'region info', device.regionInfo(index))) === 'done') {
          const { size, flags } = await device.regionInfo(index);
          const what = `region ${index} of ${size} bytes; it can be read or written`;
          expect((flags & direction) !== 0, what).to.equal(size > 0);
        }
      }
    },
  ),
  check(
    'caps-flag',
    `row chain fits: a region has CAPS among its flags exactly if it has capabilities (${header}, VFIO_REGION_INFO_FLAG_CAPS)`,
    async (bench) => {
      const device = await bench.open();
      const { numRegions } = await device.info();
      for (let index = 0; index < numRegions; index++) {
        if ((await codeAnswered(bench, 'region info', device.regionInfo(index))) === 'done') {
          const { flags, capabilities } = await device.regionInfo(index);
          const what = `CAPS of region ${index} with ${capabilities.length} capabilities`;
          expect((flags & VFIO_REGION_INFO_FLAG_CAPS) !== 0, what).to.equal(
            capabilities.length > 0,
          );
        }
      }
    },
  ),
  check(
    'region-beyond',
    'row absent index: info of a region beyond the table is EINVAL (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_region_info)',
    async (bench) => {
      const device = await bench.open();
      const { numRegions } = await device.info();
      for (const index of [numRegions, numRegions + 1, 2 ** 31, 2 ** 32 - 1, -1, 0.5]) {
        await refused(bench, `info of region ${index}`, 'EINVAL', device.regionInfo(index));
      }
    },
  ),
  check(
    'region-places',
    'regions do not overlap in the file that holds them (include/uapi/linux/vfio.h, struct vfio_region_info)',
    async (bench) => {
      const device = await bench.open();
      const { numRegions } = await device.info();
      let end = 0;
      for (let index = 0; index < numRegions; index++) {
        if ((await codeAnswered(bench, 'region info', device.regionInfo(index))) === 'done') {
          const { offset, size } = await device.regionInfo(index);
          expect(offset, `start of region ${index}`).to.be.at.least(end);
          end = offset + size;
        }
      }
    },
  ),
  check(
    'irq-flags',
    `an irq index in use can signal an eventfd, and one that masks itself can be unmasked (${header}, VFIO_IRQ_INFO_*)`,
    async (bench) => {
      const device = await bench.open();
      const { numIrqs } = await device.info();
      for (let index = 0; index < numIrqs; index++) {
        if ((await codeAnswered(bench, 'irq info', device.irqInfo(index))) === 'done') {
          const { flags, count } = await device.irqInfo(index);
          expect((flags & VFIO_IRQ_INFO_EVENTFD) !== 0, `irq index ${index}`).to.equal(count > 0);
          if ((flags & VFIO_IRQ_INFO_AUTOMASKED) !== 0) {
            expect(flags & VFIO_IRQ_INFO_MASKABLE, `irq index ${index}`).not.to.equal(0);
          }
        }
      }
    },
  ),
  check(
    'irq-count',
    'an irq index has at most 2048 vectors, and a line is one (PCIe Base Spec 7.7.2; drivers/vfio/pci/vfio_pci_intrs.c)',
    async (bench) => {
      const device = await bench.open();
      const { numIrqs } = await done(bench, 'info', device.info());
      for (let index = 0; index < numIrqs; index++) {
        if ((await codeAnswered(bench, 'irq info', device.irqInfo(index))) === 'done') {
          const { flags, count } = await device.irqInfo(index);
          const most = (flags & VFIO_IRQ_INFO_MASKABLE) === 0 ? 2048 : 1;
          expect(count, `irq index ${index}`).to.be.within(0, most);
        }
      }
    },
  ),
  check(
    'irq-beyond',
    'row absent index: info of an irq index beyond the table is EINVAL (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_irq_info)',
    async (bench) => {
      const device = await bench.open();
      const { numIrqs } = await device.info();
      for (const index of [numIrqs, numIrqs + 1, 2 ** 31, 2 ** 32 - 1, -1, 0.5]) {
        await refused(bench, `info of irq index ${index}`, 'EINVAL', device.irqInfo(index));
      }
    },
  ),
];
