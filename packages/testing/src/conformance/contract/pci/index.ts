import { group } from '../support/index.js';
import { barChecks } from './bars.js';
import { capabilityChecks } from './capabilities.js';
import { declaredCapabilityChecks } from './declared-capabilities.js';
import { headerChecks } from './header.js';
import { masterChecks } from './master.js';
import { tableChecks } from './tables.js';

/** What a PCI function is, beyond what every device is. */
export const pciGroup = group('pci', [
  ...tableChecks,
  ...headerChecks,
  ...barChecks,
  ...masterChecks,
  ...capabilityChecks,
  ...declaredCapabilityChecks,
]);
