import {
  CXL_CMD_EFFECT_POLICY_CHANGE_IMMEDIATE,
  CXL_EVENT_TYPE_FATAL,
  CXL_INT_MSI_MSIX,
  CXL_MBOX_CMD_RC_HANDLE,
  CXL_MBOX_CMD_RC_INPUT,
  CXL_MBOX_CMD_RC_PAYLOADLEN,
  CXL_MBOX_OP_CLEAR_EVENT_RECORD,
  CXL_MBOX_OP_GET_EVENT_RECORD,
  CXL_MBOX_OP_GET_EVT_INT_POLICY,
  CXL_MBOX_OP_SET_EVT_INT_POLICY,
  CXLDEV_EVENT_INT_MODE_MASK,
  CXLDEV_EVENT_INT_MSGNUM_MASK,
  CxlEventInterruptPolicy,
  CxlGetEventPayload,
  CxlMboxClearEventPayload,
} from '@mdevkit/uapi';
import type { CxlCommand } from './cxl-command.js';

const HANDLE_SIZE = 2;
const CLEAR_ALL = 1;

/**
 * Event logs without an event: what Linux asks of a memory device that has interrupts, and without which it gives the device
 * up. All logs have vector 0.
 *
 * Source: CXL 3.1, sections 8.2.9.2.2 to 8.2.9.2.5; Linux drivers/cxl/pci.c, cxl_event_config.
 */
export function eventCommands(): readonly CxlCommand[] {
  const nothing = new Uint8Array(0);
  const noRecords = CxlGetEventPayload.encode();
  const policy = new Uint8Array(CxlEventInterruptPolicy.size);
  return [
    {
      opcode: CXL_MBOX_OP_GET_EVENT_RECORD,
      effect: 0,
      input: 1,
      run: ([log]) => (isLog(log) ? noRecords : CXL_MBOX_CMD_RC_INPUT),
    },
    {
      opcode: CXL_MBOX_OP_CLEAR_EVENT_RECORD,
      effect: 0,
      input: undefined,
      run: (input) => clear(input) ?? nothing,
    },
    {
      opcode: CXL_MBOX_OP_GET_EVT_INT_POLICY,
      effect: 0,
      input: 0,
      run: () => policy,
      reset: () => {
        policy.fill(0);
      },
    },
    {
      opcode: CXL_MBOX_OP_SET_EVT_INT_POLICY,
      effect: CXL_CMD_EFFECT_POLICY_CHANGE_IMMEDIATE,
      input: policy.length,
      run: (input) => {
        if (input.some((setting) => (setting & CXLDEV_EVENT_INT_MODE_MASK) > CXL_INT_MSI_MSIX)) {
          return CXL_MBOX_CMD_RC_INPUT;
        }
        // Which vector it is says the device.
        policy.set(input.map((setting) => setting & ~CXLDEV_EVENT_INT_MSGNUM_MASK));
        return nothing;
      },
    },
  ];
}

function isLog(log: number | undefined): boolean {
  return log !== undefined && log <= CXL_EVENT_TYPE_FATAL;
}

/** The return code of a failure: there is no record whose handle could be right. */
function clear(input: Uint8Array): number | undefined {
  const { size } = CxlMboxClearEventPayload;
  if (input.length < size) {
    return CXL_MBOX_CMD_RC_PAYLOADLEN;
  }
  const {
    event_log: log,
    clear_flags: flags,
    nr_recs: count,
  } = CxlMboxClearEventPayload.decode(input);
  if (input.length !== size + count * HANDLE_SIZE) {
    return CXL_MBOX_CMD_RC_PAYLOADLEN;
  }
  const all = (flags & CLEAR_ALL) !== 0;
  if (!isLog(log) || all === count > 0) {
    return CXL_MBOX_CMD_RC_INPUT;
  }
  return all ? undefined : CXL_MBOX_CMD_RC_HANDLE;
}
