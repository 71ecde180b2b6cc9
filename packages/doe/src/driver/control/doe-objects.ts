import type { Implementation } from '@mdevkit/core';
import type { DoeInstances } from '../set/index.js';
import { grantObjects } from './grant-objects.js';
import { instanceObjects } from './instance-objects.js';

/** What the classes of `doeClasses` do on one device; for `DeviceModel.objects`. */
export function doeObjects(instances: DoeInstances): readonly Implementation[] {
  return [grantObjects(instances), instanceObjects(instances)];
}
