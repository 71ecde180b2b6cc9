import {
  PCI_CAP_ID_PM,
  PCI_PM_CAP_D1,
  PCI_PM_CAP_D2,
  PCI_PM_CTRL,
  PCI_PM_CTRL_NO_SOFT_RESET,
  PCI_PM_CTRL_STATE_MASK,
  PCI_PM_PMC,
  PCI_PM_SIZEOF,
} from '@mdevkit/uapi';
import type { PlacementOptions, StandardCapability } from './capability-spec.js';

export interface PowerManagementOptions extends PlacementOptions {
  /** The function has state D1; default false. */
  readonly d1?: boolean;
  /** The function has state D2; default false. */
  readonly d2?: boolean;
  /** The function keeps its state from D3hot to D0; default true. Without it, it resets itself then. */
  readonly noSoftReset?: boolean;
}

/** The version that PCI Express functions report. */
const version = 3;

/**
 * Power management: D0, D3hot and, if declared, D1 and D2. No PME.
 * Registers: `pm.capabilities`, `pm.control`.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.2.
 */
export function powerManagement(options: PowerManagementOptions = {}): StandardCapability {
  const { d1 = false, d2 = false, noSoftReset = true } = options;
  return {
    space: 'standard',
    id: PCI_CAP_ID_PM,
    name: 'pm',
    size: PCI_PM_SIZEOF,
    at: options.at,
    registers: [
      {
        name: 'capabilities',
        offset: PCI_PM_PMC,
        width: 2,
        access: 'ro',
        reset: version | (d1 ? PCI_PM_CAP_D1 : 0) | (d2 ? PCI_PM_CAP_D2 : 0),
      },
      {
        name: 'control',
        offset: PCI_PM_CTRL,
        width: 2,
        access: 'rw',
        writeMask: PCI_PM_CTRL_STATE_MASK,
        reset: noSoftReset ? PCI_PM_CTRL_NO_SOFT_RESET : 0,
        fields: { state: { bits: [1, 0] }, noSoftReset: { bits: 3 } },
      },
    ],
    traits: { kind: 'power-management', d1, d2, noSoftReset },
  };
}
