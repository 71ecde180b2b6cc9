import type { Clock, Logger } from '@mdevkit/core';
import type { PciFunctionServices } from '@mdevkit/pci';
import { CXL_COMPONENT_REG_BLOCK_SIZE } from '@mdevkit/uapi';
import type { PoisonList } from '../compliance/index.js';
import { MAILBOX_PAYLOAD, MAILBOX_PAYLOAD_AT } from './device-registers.js';
import { COMPONENT_BAR, DEVICE_BAR } from './dvsec.js';
import { HdmDecoder } from './hdm-decoder.js';
import {
  CxlMailbox,
  eventCommands,
  identifyCommand,
  logCommands,
  poisonCommands,
  timestampCommands,
  type CxlCommand,
} from './mailbox/index.js';
import { capacityOf, type CxlType3Options } from './type3-options.js';

/** What the registers of a memory device work on. */
export interface CxlType3Parts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shared with compliance mode. */
  readonly poison: PoisonList;
}

const FIRMWARE = '0.1';

/**
 * What is behind the BARs of a CXL memory device: component registers with an HDM decoder, device registers with a mailbox.
 *
 * Source: CXL 3.1, sections 8.2.3 to 8.2.9; Linux drivers/cxl/pci.c, cxl_pci_probe.
 */
export class CxlType3Registers {
  /** For `PciFunctionServices.bars`. */
  readonly bars: NonNullable<PciFunctionServices['bars']>;
  readonly decoder: HdmDecoder;
  readonly mailbox: CxlMailbox;

  /** @throws RangeError for options that cannot be */
  constructor(options: CxlType3Options, parts: CxlType3Parts) {
    const { poison } = parts;
    this.decoder = new HdmDecoder(poison.capacity);
    this.mailbox = new CxlMailbox(commandsOf(options, parts), parts.logger);
    this.bars = {
      [COMPONENT_BAR]: [
        {
          kind: 'trapped',
          offset: 0,
          size: CXL_COMPONENT_REG_BLOCK_SIZE,
          handler: this.decoder.registers,
        },
      ],
      [DEVICE_BAR]: [
        {
          kind: 'trapped',
          offset: 0,
          size: MAILBOX_PAYLOAD_AT,
          handler: this.mailbox.registers,
        },
        { kind: 'memory', offset: MAILBOX_PAYLOAD_AT, memory: this.mailbox.payload },
      ],
    };
  }

  /** After the BARs have their reset values. */
  reset(): void {
    this.mailbox.reset();
  }
}

function commandsOf(
  { ranges, firmware = FIRMWARE, vectors = 0, commands = [] }: CxlType3Options,
  { clock, poison }: CxlType3Parts,
): readonly CxlCommand[] {
  const others = [
    ...(vectors === 0 ? [] : eventCommands()),
    ...timestampCommands(clock),
    identifyCommand({ capacity: capacityOf(ranges), firmware, poisonLimit: poison.limit }),
    ...poisonCommands(poison, MAILBOX_PAYLOAD),
    ...commands,
  ];
  return [...logCommands(others), ...others];
}
