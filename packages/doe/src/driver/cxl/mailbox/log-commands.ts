import {
  CXL_CEL_UUID,
  CXL_MBOX_CMD_RC_INPUT,
  CXL_MBOX_CMD_RC_LOG,
  CXL_MBOX_OP_GET_LOG,
  CXL_MBOX_OP_GET_SUPPORTED_LOGS,
  CxlCelEntry,
  CxlGslEntry,
  CxlMboxGetLog,
  CxlMboxGetSupportedLogs,
} from '@mdevkit/uapi';
import type { CxlCommand } from './cxl-command.js';

/** In the order that it is written in. */
const celUuid = Uint8Array.from(Buffer.from(CXL_CEL_UUID.replaceAll('-', ''), 'hex'));

/**
 * Get Supported Logs and Get Log. The one log tells the commands that there are: `others` and these two.
 *
 * Source: CXL 3.1, sections 8.2.9.5.1, 8.2.9.5.2 and 8.2.9.5.2.1; Linux drivers/cxl/core/mbox.c, cxl_enumerate_cmds.
 */
export function logCommands(others: readonly CxlCommand[]): readonly CxlCommand[] {
  const supported: CxlCommand = {
    opcode: CXL_MBOX_OP_GET_SUPPORTED_LOGS,
    effect: 0,
    input: 0,
    run: () => supportedLogs(log.length),
  };
  const get: CxlCommand = {
    opcode: CXL_MBOX_OP_GET_LOG,
    effect: 0,
    input: CxlMboxGetLog.size,
    run: (input) => partOfLog(log, input),
  };
  const log = effectsLog([supported, get, ...others]);
  return [supported, get];
}

function effectsLog(commands: readonly CxlCommand[]): Uint8Array {
  const log = new Uint8Array(commands.length * CxlCelEntry.size);
  [...commands]
    .sort((a, b) => a.opcode - b.opcode)
    .forEach(({ opcode, effect }, index) => {
      CxlCelEntry.encode({ opcode, effect }, log, index * CxlCelEntry.size);
    });
  return log;
}

function supportedLogs(size: number): Uint8Array {
  const answer = new Uint8Array(CxlMboxGetSupportedLogs.size + CxlGslEntry.size);
  CxlMboxGetSupportedLogs.encode({ entries: 1 }, answer);
  CxlGslEntry.encode({ uuid: celUuid, size }, answer, CxlMboxGetSupportedLogs.size);
  return answer;
}

function partOfLog(log: Uint8Array, input: Uint8Array): Uint8Array | number {
  const { uuid, offset, length } = CxlMboxGetLog.decode(input);
  if (uuid.some((byte, index) => byte !== celUuid[index])) {
    return CXL_MBOX_CMD_RC_LOG;
  }
  return offset + length > log.length
    ? CXL_MBOX_CMD_RC_INPUT
    : log.subarray(offset, offset + length);
}
