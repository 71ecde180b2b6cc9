import { eduDriver } from '@mdevkit/example-edu';
import type { FuzzModel } from './model.js';

/** A PCI Express function that answers everything at once. Vendor and device id are what stays. */
export const edu: FuzzModel = {
  name: 'edu',
  driver: eduDriver,
  parent: 'edu0',
  type: 'edu-one',
  identity: { region: 7, offset: 0, value: 0xed00_6d64 },
};
