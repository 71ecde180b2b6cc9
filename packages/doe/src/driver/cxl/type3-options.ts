import { CXL_CAPACITY_MULTIPLIER } from '@mdevkit/uapi';
import type { CdatDeclaration, DeclaredMemory } from '../cdat/index.js';
import type { ComplianceTarget } from '../compliance/index.js';
import type { DoeFeatureSpec, DoeInstanceSpec } from '../feature/index.js';
import type { CxlCommand } from './mailbox/index.js';

/** What a CXL memory device is: everything about it that its config space, tables and commands say. */
export interface CxlType3Options {
  /**
   * The memory, from device physical address 0 on without gaps, volatile ranges first; the volatile ones together are a
   * multiple of 256 MiB, and so are the others.
   */
  readonly ranges: readonly DeclaredMemory[];
  /** What the device says of its memory; `cdatOfMemory` of the ranges by default. */
  readonly cdat?: CdatDeclaration;
  /** 16 bits each; 0x1af4 and 0x10f1 by default. */
  readonly vendorId?: number;
  readonly deviceId?: number;
  /** Device serial number, 64 bits; 0 by default. Linux makes a memory device's name in `cxl list` of it. */
  readonly serial?: bigint;
  /** Firmware revision, up to 16 ASCII characters. */
  readonly firmware?: string;
  /** Lines of 64 bytes that the poison list holds, 1 .. 1024; 256 by default. */
  readonly poisonLimit?: number;
  /** Commands of the mailbox beside those that every device has. */
  readonly commands?: readonly CxlCommand[];
  /**
   * Interrupt vectors (MSI-X), 0 .. 16; none by default. DOE Capability and event log share vector 0. Linux then configures
   * the event logs, which are there, and empty.
   */
  readonly vectors?: number;
  /** What compliance mode acts on; the poison list by default. */
  readonly compliance?: ComplianceTarget;
  /** Whose compliance mode is; nobody's by default, so that it needs a grant, and the registers do not show it. */
  readonly complianceAccess?: Pick<DoeFeatureSpec, 'owner' | 'withheld'>;
  /** What the DOE Capability at {@link CXL_DOE_AT} answers besides CDAT and compliance mode. */
  readonly features?: readonly DoeFeatureSpec[];
  /** Further DOE Capabilities. */
  readonly instances?: readonly DoeInstanceSpec[];
}

/** Where the DOE Capability of a memory device lies. */
export const CXL_DOE_AT = 0x170;

/** Bytes of each kind of memory. */
export interface CxlCapacity {
  readonly volatile: number;
  readonly persistent: number;
}

/**
 * Adds up the ranges.
 *
 * Source: CXL 3.1, section 8.2.9.9.1.1 (capacities are multiples of 256 MiB); Linux drivers/cxl/core/hdm.c, cxl_dpa_setup
 * (partitions are ordered and contiguous).
 *
 * @throws RangeError for a gap, an overlap, the wrong order, or a sum that is no multiple of 256 MiB
 */
export function capacityOf(ranges: readonly DeclaredMemory[]): CxlCapacity {
  const capacity = { volatile: 0, persistent: 0 };
  for (const { dpa, length, volatile } of ranges) {
    const end = capacity.volatile + capacity.persistent;
    if (dpa !== end) {
      throw new RangeError(`the next range of a CXL memory device starts at ${end}, not at ${dpa}`);
    }
    if (volatile && capacity.persistent !== 0) {
      throw new RangeError('volatile ranges of a CXL memory device come first');
    }
    capacity[volatile ? 'volatile' : 'persistent'] += length;
  }
  for (const bytes of [capacity.volatile, capacity.persistent]) {
    if (!Number.isSafeInteger(bytes) || bytes % CXL_CAPACITY_MULTIPLIER !== 0) {
      throw new RangeError(`a CXL memory device has multiples of 256 MiB, not ${bytes} bytes`);
    }
  }
  if (capacity.volatile + capacity.persistent === 0) {
    throw new RangeError('a CXL memory device has memory');
  }
  return capacity;
}
