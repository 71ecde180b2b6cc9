import { coreLifeMutants } from './core-life-mutants.js';
import { coreMutants } from './core-mutants.js';
import { featureMutants } from './feature-mutants.js';
import { heldOutMutants } from './held-out-mutants.js';
import { irqMutants } from './irq-mutants.js';
import { jobMutants } from './job-mutants.js';
import { lifeMutants } from './life-mutants.js';
import { migrationMutants } from './migration-mutants.js';
import type { Mutant } from './mutant.js';
import { pciMutants } from './pci-mutants.js';
import { registerMutants } from './register-mutants.js';
import { resetMutants } from './reset-mutants.js';
import { sharingMutants } from './sharing-mutants.js';

export { heldOutMutants } from './held-out-mutants.js';
export { pciHosts, platformHosts, type Mutant } from './mutant.js';

/** Mutants of one kind. */
export interface MutantGroup {
  readonly mutants: readonly Mutant[];
  /** Where they are likely to be caught: how the ids of checks begin. It only makes the hunt shorter. */
  readonly expect: readonly string[];
}

export const mutantGroups: readonly MutantGroup[] = [
  {
    mutants: resetMutants,
    expect: ['reset-', 'fresh-', 'feature-value', 'open-', 'flight-', 'irq-delivery'],
  },
  {
    mutants: lifeMutants,
    expect: [
      'open-',
      'capacity',
      'after-close',
      'flight-',
      'close-',
      'time-',
      'log-',
      'after-removal',
      'create-',
    ],
  },
  {
    mutants: jobMutants,
    expect: ['flight-', 'drain-', 'quiet-', 'time-', 'fail-', 'throws-', 'dma-', 'open-'],
  },
  { mutants: registerMutants, expect: ['region-', 'time-', 'fresh-', 'info-'] },
  {
    mutants: sharingMutants,
    expect: ['isolation-', 'region-twins', 'region-neighbour', 'feature-value'],
  },
  {
    mutants: irqMutants,
    expect: [
      'irq-vectors',
      'irq-delivery',
      'irqs-',
      'events-',
      'flight-',
      'after-',
      'irq-',
      'time-',
    ],
  },
  { mutants: featureMutants, expect: ['feature-', 'control-', 'after-close'] },
  {
    mutants: migrationMutants,
    expect: ['migration-round', 'migration-', 'feature-value', 'work-', 'reset-'],
  },
  {
    mutants: heldOutMutants,
    expect: [
      'migration-restore-',
      'migration-precopy-late',
      'migration-round-trip',
      'pasid-work',
      'feature-value',
      'quiet-idle',
      'after-close',
      'open-',
      'region-close',
      'isolation-',
    ],
  },
  { mutants: pciMutants, expect: ['pci-', 'flr-', 'dma-'] },
  { mutants: coreMutants, expect: ['region-', 'info-', 'irq-', 'reset-'] },
  {
    mutants: coreLifeMutants,
    expect: [
      'dma-',
      'region-mmap',
      'feature-',
      'migration-',
      'open-',
      'close-',
      'create-',
      'after-',
    ],
  },
];

/** Every planted defect. */
export const mutants: readonly Mutant[] = mutantGroups.flatMap((group) => group.mutants);
