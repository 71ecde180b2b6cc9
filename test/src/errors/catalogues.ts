import { accelReasons } from '@mdevkit/accel';
import { controlReasons } from '@mdevkit/control';
import { coreReasons, type ReasonRow } from '@mdevkit/core';
import { cxlflashReasons } from '@mdevkit/cxlflash';
import { doeReasons } from '@mdevkit/doe';
import { linuxReasons } from '@mdevkit/linux';
import { pciReasons } from '@mdevkit/pci';
import { testingReasons } from '@mdevkit/testing';
import { vfioUserReasons } from '@mdevkit/vfio-user';

/** The reasons of one package, and the folder of its sources relative to this repository. */
export interface Catalogue {
  readonly packageName: string;
  readonly sources: string;
  readonly reasons: Readonly<Record<string, ReasonRow>>;
}

/** Every catalogue there is, by the name of its package. */
export const catalogues: readonly Catalogue[] = [
  { packageName: '@mdevkit/accel', sources: 'packages/accel/src', reasons: accelReasons },
  { packageName: '@mdevkit/control', sources: 'packages/control/src', reasons: controlReasons },
  { packageName: '@mdevkit/core', sources: 'packages/core/src', reasons: coreReasons },
  { packageName: '@mdevkit/cxlflash', sources: 'packages/cxlflash/src', reasons: cxlflashReasons },
  { packageName: '@mdevkit/doe', sources: 'packages/doe/src', reasons: doeReasons },
  { packageName: '@mdevkit/linux', sources: 'packages/linux/src', reasons: linuxReasons },
  { packageName: '@mdevkit/pci', sources: 'packages/pci/src', reasons: pciReasons },
  { packageName: '@mdevkit/testing', sources: 'packages/testing/src', reasons: testingReasons },
  {
    packageName: '@mdevkit/vfio-user',
    sources: 'packages/vfio-user/src',
    reasons: vfioUserReasons,
  },
];
