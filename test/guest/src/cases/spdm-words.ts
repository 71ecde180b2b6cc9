/** GET_VERSION and VERSION as words of data objects, for scripts (DSP0274 1.2, GET_VERSION). */
export const getVersion = {
  /** DW0 of CMA, and the message: version 0x10, code 0x84. */
  request: [0x0001_0001, 0x0000_8410],
  /** The versions, ascending, of the payload words that {@link exchangeByShell} has printed. */
  versionsIn: (printed: string): number[] => {
    const message = Buffer.concat(
      printed.split('\n').map((word) => Buffer.from(word, 'hex').reverse()),
    );
    if (message.readUInt16LE(0) !== VERSION) {
      throw new Error(`no VERSION: ${message.toString('hex')}`);
    }
    const entries = Array.from({ length: message.readUInt8(COUNT) }, (_, index) =>
      message.readUInt16LE(COUNT + 1 + index * 2),
    );
    return entries.map((entry) => entry >> 8).sort((a, b) => a - b);
  },
} as const;

const VERSION = 0x0410;
const COUNT = 5;
