import { DeviceMemory, type Logger } from '@mdevkit/core';
import {
  CXL_MBOX_CMD_RC_INTERNAL,
  CXL_MBOX_CMD_RC_PAYLOADLEN,
  CXL_MBOX_CMD_RC_SUCCESS,
  CXL_MBOX_CMD_RC_UNSUPPORTED,
  CXLDEV_MBOX_CTRL_DOORBELL,
} from '@mdevkit/uapi';
import { deviceLayout, MAILBOX_PAYLOAD, type DeviceRegisters } from '../device-registers.js';
import { returnCode, type CxlCommand } from './cxl-command.js';

const OPCODE = 0xffff;
/** Bits 36:16 of the command register. */
const LENGTH_HIGH = 0x1f;

/**
 * Device registers and mailbox. A command runs while the doorbell is written, so that a host never finds it set.
 *
 * Source: CXL 3.1, section 8.2.8.4; Linux drivers/cxl/pci.c, __cxl_pci_mbox_send_cmd.
 */
export class CxlMailbox {
  /** What the host accesses. */
  readonly registers: DeviceRegisters;
  /** What goes in and comes out. */
  readonly payload = new DeviceMemory(MAILBOX_PAYLOAD);
  readonly #commands: ReadonlyMap<number, CxlCommand>;
  readonly #logger: Logger;

  /** @throws RangeError for two commands of one opcode, or an opcode that does not fit */
  constructor(commands: readonly CxlCommand[], logger: Logger) {
    this.#commands = byOpcode(commands);
    this.#logger = logger;
    this.registers = deviceLayout.instantiate({
      'mailbox-control': {
        write: (value) => {
          if ((value & CXLDEV_MBOX_CTRL_DOORBELL) !== 0) {
            this.#ring();
          }
        },
      },
    });
  }

  /** After the registers have their reset values. */
  reset(): void {
    for (const command of this.#commands.values()) {
      command.reset?.();
    }
  }

  #ring(): void {
    const { registers, payload } = this;
    const low = registers.get('command-low');
    const length = (low >>> 16) + (registers.get('command-high') & LENGTH_HIGH) * 0x1_0000;
    const answer = this.#run(low & OPCODE, length);
    const output = typeof answer === 'number' ? 0 : answer.length;
    if (typeof answer !== 'number') {
      payload.bytes.set(answer);
    }
    registers.set('command-low', (low & OPCODE) | (output << 16));
    registers.set('command-high', 0);
    registers.set('status-high', typeof answer === 'number' ? answer : CXL_MBOX_CMD_RC_SUCCESS);
    registers.set('mailbox-control', 0);
  }

  /** What goes out, or the return code of a failure. */
  #run(opcode: number, length: number): Uint8Array | number {
    const command = this.#commands.get(opcode);
    if (command === undefined) {
      return CXL_MBOX_CMD_RC_UNSUPPORTED;
    }
    if (length > MAILBOX_PAYLOAD || length !== (command.input ?? length)) {
      return CXL_MBOX_CMD_RC_PAYLOADLEN;
    }
    try {
      const answer = command.run(this.payload.view(0, length));
      return typeof answer !== 'number' && answer.length > MAILBOX_PAYLOAD
        ? CXL_MBOX_CMD_RC_INTERNAL
        : answer;
    } catch (error) {
      const code = returnCode(error);
      if (code === CXL_MBOX_CMD_RC_INTERNAL) {
        this.#logger.warn('a command of a CXL mailbox failed', { opcode, error });
      }
      return code;
    }
  }
}

function byOpcode(commands: readonly CxlCommand[]): ReadonlyMap<number, CxlCommand> {
  const known = new Map<number, CxlCommand>();
  for (const command of commands) {
    const { opcode } = command;
    if (!Number.isInteger(opcode) || opcode < 0 || opcode > OPCODE) {
      throw new RangeError(`an opcode of a CXL mailbox has 16 bits; ${opcode} does not fit`);
    }
    if (known.has(opcode)) {
      throw new RangeError(`two commands of a CXL mailbox have opcode 0x${opcode.toString(16)}`);
    }
    known.set(opcode, command);
  }
  return known;
}
