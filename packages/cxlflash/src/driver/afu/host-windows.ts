import type { Iova, RangeHandler, RegisterPlace } from '@mdevkit/core';
import { SISL_CTX_CTRL_LISN_MASK, SISL_ENDIAN_CTRL_BE, SISL_ENDIAN_CTRL_LE } from '@mdevkit/uapi';
import { CONTEXT_RESET, HOST_STRIDE, HostRegister } from '../../abi/index.js';
import type { AfuContext } from './afu-context.js';
import { readIova, writeIova } from './iova-range.js';

const REGISTER_BYTES = 8;

const names = new Map<number, string>(
  Object.entries(HostRegister).map(([name, offset]) => [offset, name]),
);

/**
 * The windows of all contexts of a slice. What lies in a window and is no register reads as zero.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_host_map ("All registers are in big-endian", 8 bytes at a time).
 */
export class HostWindows implements RangeHandler {
  readonly #contextAt: (number: number) => AfuContext | undefined;
  readonly #endAll: () => void;

  /** `endAll` has every context end at once. */
  constructor(contextAt: (number: number) => AfuContext | undefined, endAll: () => void) {
    this.#contextAt = contextAt;
    this.#endAll = endAll;
  }

  registerAt(offset: number): RegisterPlace | undefined {
    const start = offset - (offset % REGISTER_BYTES);
    const name = names.get(start % HOST_STRIDE);
    return name === undefined
      ? undefined
      : {
          name: `${name}[${Math.floor(offset / HOST_STRIDE)}]`,
          offset: start,
          width: REGISTER_BYTES,
          writable: name !== 'INTR_STATUS' && name !== 'CMD_ROOM',
        };
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    const context = this.#contextAt(Math.floor(offset / HOST_STRIDE));
    if (length !== REGISTER_BYTES || !context?.answers) {
      for (let i = 0; i < length; i++) {
        data.setUint8(at + i, 0xff);
      }
      return length;
    }
    writeIova(data, at, readRegister(context, offset % HOST_STRIDE), false);
    return length;
  }

  write(offset: number, data: DataView, at: number, length: number): number {
    const context = this.#contextAt(Math.floor(offset / HOST_STRIDE));
    if (length === REGISTER_BYTES && context?.answers) {
      writeRegister(context, offset % HOST_STRIDE, readIova(data, at, false));
    }
    return length;
  }

  /** The device is reset: no context is left. */
  reset(): void {
    this.#endAll();
  }
}

function readRegister(context: AfuContext, offset: number): Iova {
  switch (offset) {
    case HostRegister.ENDIAN_CTRL:
      return context.littleEndian ? SISL_ENDIAN_CTRL_LE : SISL_ENDIAN_CTRL_BE;
    case HostRegister.INTR_STATUS:
      return context.interrupts.status;
    case HostRegister.INTR_MASK:
      return context.interrupts.mask;
    case HostRegister.IOARRIN:
      return context.isResetting ? CONTEXT_RESET : 0;
    case HostRegister.RRQ_START:
      return context.responses.start;
    case HostRegister.RRQ_END:
      return context.responses.end;
    case HostRegister.CMD_ROOM:
      return context.room;
    case HostRegister.CTX_CTRL:
      return context.lisn;
    default:
      return 0;
  }
}

function writeRegister(context: AfuContext, offset: number, value: Iova): void {
  switch (offset) {
    case HostRegister.ENDIAN_CTRL:
      setEndian(context, BigInt(value));
      return;
    case HostRegister.INTR_CLEAR:
      context.interrupts.clear(value);
      return;
    case HostRegister.INTR_MASK:
      context.interrupts.mask = value;
      return;
    case HostRegister.IOARRIN:
      if (value === Number(CONTEXT_RESET)) {
        context.resetCommands();
      } else {
        context.submit(value);
      }
      return;
    case HostRegister.RRQ_START:
      context.responses.start = value;
      return;
    case HostRegister.RRQ_END:
      context.responses.end = value;
      return;
    case HostRegister.CTX_CTRL:
      context.lisn = Number(BigInt(value) & SISL_CTX_CTRL_LISN_MASK);
      return;
    default:
    // Nothing there, or nothing that can be written.
  }
}

/** Another value than the two that there are changes nothing. */
function setEndian(context: AfuContext, value: bigint): void {
  if (value === SISL_ENDIAN_CTRL_LE || value === SISL_ENDIAN_CTRL_BE) {
    context.littleEndian = value === SISL_ENDIAN_CTRL_LE;
  }
}
