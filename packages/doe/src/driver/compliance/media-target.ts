import {
  CXL_COMPLIANCE_MEDIA_POISON_CLEAR,
  CXL_COMPLIANCE_MEDIA_POISON_INJECT,
} from '@mdevkit/uapi';
import type { ComplianceArguments } from '../../abi/compliance/index.js';
import { failure } from '../../errors/index.js';
import type { ComplianceModes, ComplianceTarget } from './compliance-target.js';
import type { PoisonList } from './poison-list.js';

/**
 * A memory whose lines can be poisoned, and nothing else: what a memory device can do without a link of its own. Poison
 * outlives the test mode, as it would in a memory.
 *
 * Source: CXL 3.1, section 14.16.4.17.
 */
export class MediaComplianceTarget implements ComplianceTarget {
  readonly modes: ComplianceModes;

  constructor(poison: PoisonList) {
    this.modes = {
      'media-poison': (values) => {
        changePoison(poison, values);
      },
    };
  }

  /** There is nothing that goes on. */
  haltAll(): void {
    return undefined;
  }
}

function changePoison(
  poison: PoisonList,
  { action, dpa }: ComplianceArguments<'media-poison'>,
): void {
  switch (action) {
    case CXL_COMPLIANCE_MEDIA_POISON_INJECT:
      poison.inject(dpa);
      return;
    case CXL_COMPLIANCE_MEDIA_POISON_CLEAR:
      poison.clear(dpa);
      return;
    default:
      throw failure('doe.poison-action', { action });
  }
}
