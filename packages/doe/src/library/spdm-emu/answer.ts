import type { Logger } from '@mdevkit/core';
import { decodeObjectHeader, OBJECT_HEADER_SIZE } from '../../abi/object/index.js';
import type { DoeObjectExchange } from '../mailbox/index.js';
import { EmuCommand, type EmuMessage } from './framing.js';

/** What a message is answered with, and whether the client is done then. */
export interface EmuAnswer extends EmuMessage {
  readonly isLast: boolean;
}

/** Where objects go to. */
export interface EmuDevice {
  readonly exchange: DoeObjectExchange;
  readonly logger: Logger;
}

/** The same, while a client is there. */
interface Waiting extends EmuDevice {
  /** Aborted when the socket is destroyed. */
  readonly signal: AbortSignal;
}

const NOTHING = new Uint8Array(0);
const GREETING = new TextEncoder().encode('Server Hello!\0');

/**
 * Answers one message; a data object goes to the device. What the device does not answer is answered with nothing, which the
 * client takes for a failure. Never rejects.
 *
 * Source: DMTF/spdm-emu spdm_emu/spdm_responder_emu/spdm_responder_emu.c, platform_server.
 */
export async function answerEmu(
  { command, payload }: EmuMessage,
  waiting: Waiting,
): Promise<EmuAnswer> {
  switch (command) {
    case EmuCommand.test:
      return { command, payload: GREETING, isLast: false };
    case EmuCommand.normal:
      return { command, payload: await respond(payload, waiting), isLast: false };
    case EmuCommand.oobEncapKeyUpdate:
    case EmuCommand.oobEncapEndpointInfo:
      return { command, payload: NOTHING, isLast: false };
    case EmuCommand.shutdown:
    case EmuCommand.continue:
      return { command, payload: NOTHING, isLast: true };
    default:
      return { command: EmuCommand.unknown, payload: NOTHING, isLast: false };
  }
}

async function respond(
  object: Uint8Array,
  { exchange, logger, signal }: Waiting,
): Promise<Uint8Array> {
  if (!isObject(object)) {
    logger.warn('spdm-emu: the client sent no data object', { bytes: object.length });
    return NOTHING;
  }
  try {
    return await exchange.exchangeObject(object, { signal });
  } catch (error) {
    logger.warn('spdm-emu: the device gave no response', { error });
    return NOTHING;
  }
}

/** Whole words, as many as the header says, and nothing in its reserved byte (PCI Express Base Specification 6.0, section 6.30.1). */
function isObject(object: Uint8Array): boolean {
  return (
    object.length >= OBJECT_HEADER_SIZE &&
    object[3] === 0 &&
    decodeObjectHeader(object).length * 4 === object.length
  );
}
