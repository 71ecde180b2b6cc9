import { CXL_CAPACITY_MULTIPLIER, CXL_MBOX_OP_IDENTIFY, CxlMboxIdentify } from '@mdevkit/uapi';
import type { CxlCapacity } from '../type3-options.js';
import type { CxlCommand } from './cxl-command.js';

/** What a device says of itself. */
export interface CxlIdentity {
  readonly capacity: CxlCapacity;
  readonly firmware: string;
  /** Lines that the poison list holds. */
  readonly poisonLimit: number;
}

/**
 * Identify Memory Device. The parts of the memory are fixed, and there is no label storage.
 *
 * Source: CXL 3.1, section 8.2.9.9.1.1.
 *
 * @throws RangeError if the firmware revision is longer than 16 bytes
 */
export function identifyCommand({ capacity, firmware, poisonLimit }: CxlIdentity): CxlCommand {
  const units = (bytes: number): bigint => BigInt(bytes / CXL_CAPACITY_MULTIPLIER);
  const answer = CxlMboxIdentify.encode({
    fw_revision: new TextEncoder().encode(firmware),
    total_capacity: units(capacity.volatile + capacity.persistent),
    volatile_capacity: units(capacity.volatile),
    persistent_capacity: units(capacity.persistent),
    poison_list_max_mer: [poisonLimit & 0xff, poisonLimit >>> 8, 0],
    inject_poison_limit: poisonLimit,
  });
  return { opcode: CXL_MBOX_OP_IDENTIFY, effect: 0, input: 0, run: () => answer };
}
