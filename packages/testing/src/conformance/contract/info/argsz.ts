import {
  VFIO_DEVICE_FEATURE,
  VFIO_DEVICE_GET_INFO,
  VFIO_DEVICE_GET_IRQ_INFO,
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_DEVICE_SET_IRQS,
} from '@mdevkit/uapi';
import type { ConformanceCheck } from '../../check.js';
import { attach, check, codeAnswered, FILLER, fail, ioctl, structure } from '../support/index.js';

interface Call {
  readonly id: string;
  readonly request: number;
  /** Bytes that every caller has. */
  readonly fixed: number;
  /** Bytes that can be answered. */
  readonly full: number;
  readonly source: string;
}

const core = 'drivers/vfio/pci/vfio_pci_core.c';

const calls: readonly Call[] = [
  {
    id: 'info',
    request: VFIO_DEVICE_GET_INFO,
    fixed: 16,
    full: 24,
    source: `${core}, vfio_pci_ioctl_get_info`,
  },
  {
    id: 'region-info',
    request: VFIO_DEVICE_GET_REGION_INFO,
    fixed: 32,
    full: 32,
    source: `${core}, vfio_pci_ioctl_get_region_info`,
  },
  {
    id: 'irq-info',
    request: VFIO_DEVICE_GET_IRQ_INFO,
    fixed: 16,
    full: 16,
    source: `${core}, vfio_pci_ioctl_get_irq_info`,
  },
  {
    id: 'set-irqs',
    request: VFIO_DEVICE_SET_IRQS,
    fixed: 20,
    full: 20,
    source: `${core}, vfio_pci_ioctl_set_irqs`,
  },
  {
    id: 'feature',
    request: VFIO_DEVICE_FEATURE,
    fixed: 8,
    full: 8,
    source: 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature',
  },
];

/** Every argsz from 0 to beyond the whole structure. */
export const argszChecks: readonly ConformanceCheck[] = [
  ...calls.flatMap((call) => [missing(call), tooSmall(call), tooLarge(call)]),
  ...calls.slice(0, 3).map(respected),
];

function missing({ id, request, source }: Call): ConformanceCheck {
  const title = `row argsz missing: ${id} in a buffer that does not hold argsz is EFAULT (${source})`;
  return check(`argsz-missing-${id}`, title, async (bench) => {
    await using attached = await attach(bench);
    for (let length = 0; length < 4; length++) {
      const call = ioctl(attached.endpoint, request, structure(length, length));
      expectCode(await codeAnswered(bench, id, call), 'EFAULT', `${id} in ${length} bytes`);
    }
  });
}

function tooSmall({ id, request, fixed, source }: Call): ConformanceCheck {
  const title = `row argsz too small: ${id} below ${fixed} bytes is EINVAL (${source})`;
  return check(`argsz-small-${id}`, title, async (bench) => {
    await using attached = await attach(bench);
    for (let argsz = 0; argsz < fixed; argsz++) {
      const argument = structure(fixed + 8, argsz, 0, 0);
      const code = await codeAnswered(bench, id, ioctl(attached.endpoint, request, argument));
      expectCode(code, 'EINVAL', `${id} of argsz ${argsz}`);
      if (argument.subarray(12).some((byte) => byte !== FILLER)) {
        fail(`${id} of argsz ${argsz} is refused, and answered all the same`);
      }
    }
  });
}

function tooLarge({ id, request, fixed, full, source }: Call): ConformanceCheck {
  const title = `row argsz too large: ${id} in a buffer shorter than argsz is EFAULT (${source})`;
  return check(`argsz-large-${id}`, title, async (bench) => {
    await using attached = await attach(bench);
    for (const argsz of [full + 1, full + 8, 0x1_0000, 0xffff_ffff]) {
      const call = ioctl(attached.endpoint, request, structure(fixed, argsz, 0, 0));
      expectCode(await codeAnswered(bench, id, call), 'EFAULT', `${id} of argsz ${argsz}`);
    }
  });
}

function respected({ id, request, fixed, full, source }: Call): ConformanceCheck {
  const title = `row argsz respected: ${id} writes no byte at or beyond argsz (${source})`;
  return check(`argsz-respected-${id}`, title, async (bench) => {
    await using attached = await attach(bench);
    for (let argsz = fixed; argsz <= full + 8; argsz++) {
      const argument = structure(full + 64, argsz, 0, 0);
      // An index that is not there is refused, and then nothing is written at all.
      await codeAnswered(bench, id, ioctl(attached.endpoint, request, argument));
      if (argument.subarray(argsz).some((byte) => byte !== FILLER)) {
        fail(`${id} of argsz ${argsz} wrote beyond it`);
      }
    }
  });
}

function expectCode(got: string, wanted: string, what: string): void {
  if (got !== wanted) {
    fail(`${what} answers ${got}, not ${wanted}`);
  }
}
