/**
 * The messages that the programs of spdm-emu exchange over TCP: three words, most significant byte first, and a payload.
 *
 * Source: DMTF/spdm-emu spdm_emu/spdm_emu_common/command.h and command.c.
 */

/** Command, transport type, size. */
export const EMU_HEADER_SIZE = 12;

/** SOCKET_TRANSPORT_TYPE_PCI_DOE: the payload is one whole data object. */
export const EMU_TRANSPORT_PCI_DOE = 2;

/** SOCKET_SPDM_COMMAND_*. */
export const EmuCommand = {
  normal: 0x0001,
  oobEncapKeyUpdate: 0x8001,
  continue: 0xfffd,
  shutdown: 0xfffe,
  unknown: 0xffff,
  test: 0xdead,
  oobEncapEndpointInfo: 0x8002,
} as const;

/** One message, either way. */
export interface EmuMessage {
  /** 32 bits; one of {@link EmuCommand}. */
  readonly command: number;
  readonly payload: Uint8Array;
}

/** A message of the transport PCI_DOE. */
export function encodeEmuMessage({ command, payload }: EmuMessage): Uint8Array {
  const bytes = new Uint8Array(EMU_HEADER_SIZE + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, command);
  view.setUint32(4, EMU_TRANSPORT_PCI_DOE);
  view.setUint32(8, payload.length);
  bytes.set(payload, EMU_HEADER_SIZE);
  return bytes;
}
