import type { Clock } from '@mdevkit/core';
import {
  CXL_CMD_EFFECT_POLICY_CHANGE_IMMEDIATE,
  CXL_MBOX_OP_GET_TIMESTAMP,
  CXL_MBOX_OP_SET_TIMESTAMP,
  CxlMboxTimestamp,
} from '@mdevkit/uapi';
import type { CxlCommand } from './cxl-command.js';

const NS_PER_MS = 1e6;

/**
 * Get and Set Timestamp. Zero is answered until the host has said what time it is; from then on the clock goes.
 *
 * Source: CXL 3.1, sections 8.2.9.4.1 and 8.2.9.4.2.
 */
export function timestampCommands(clock: Clock): readonly CxlCommand[] {
  let set: { readonly timestamp: bigint; readonly at: number } | undefined;
  return [
    {
      opcode: CXL_MBOX_OP_GET_TIMESTAMP,
      effect: 0,
      input: 0,
      run: () => {
        const passed = set && BigInt(Math.round((clock.now() - set.at) * NS_PER_MS));
        const timestamp = BigInt.asUintN(64, (set?.timestamp ?? 0n) + (passed ?? 0n));
        return CxlMboxTimestamp.encode({ timestamp });
      },
      reset: () => {
        set = undefined;
      },
    },
    {
      opcode: CXL_MBOX_OP_SET_TIMESTAMP,
      effect: CXL_CMD_EFFECT_POLICY_CHANGE_IMMEDIATE,
      input: CxlMboxTimestamp.size,
      run: (input) => {
        set = { timestamp: CxlMboxTimestamp.decode(input).timestamp, at: clock.now() };
        return new Uint8Array(0);
      },
    },
  ];
}
