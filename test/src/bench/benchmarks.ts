import { accelThroughput } from './accel/index.js';
import { control } from './control/index.js';
import { coreAccess, coreInterposed, coreMdev } from './core/index.js';
import { cxlflash } from './cxlflash/index.js';
import { doe } from './doe/index.js';
import { guestMmio } from './guest/index.js';
import { iommuCopy, iommuMap, iommuTranslate } from './iommu/index.js';
import type { Benchmark } from './measure/index.js';
import { testingRecord } from './testing/index.js';
import { vfioUser } from './vfio-user/index.js';

/** All of a plain run. */
export const benchmarks: readonly Benchmark[] = [
  coreAccess,
  coreInterposed,
  testingRecord,
  control,
  coreMdev,
  iommuTranslate,
  iommuMap,
  iommuCopy,
  accelThroughput,
  cxlflash,
  doe,
  vfioUser,
  guestMmio,
];
