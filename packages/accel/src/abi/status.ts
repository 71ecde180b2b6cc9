/** How a job ended: the status of its completion entry. */
export const Status = {
  OK: 0,
  BAD_OPCODE: 1,
  BAD_DESCRIPTOR: 2,
  DMA_FAULT: 3,
  DESTINATION_TOO_SMALL: 4,
  DATA_ERROR: 5,
  AUTHENTICATION: 6,
  DEVICE_ERROR: 7,
} as const;

/** A value of {@link Status}. */
export type StatusCode = (typeof Status)[keyof typeof Status];

/** One sentence for each status, for documentation and messages. */
export const statusTexts: Readonly<Record<keyof typeof Status, string>> = {
  OK: 'the job is done',
  BAD_OPCODE: 'the device does not offer the opcode',
  BAD_DESCRIPTOR:
    'reserved fields are not zero, or a length or the parameter does not fit the opcode',
  DMA_FAULT: 'the source, the auxiliary data or the destination may not be accessed',
  DESTINATION_TOO_SMALL: 'the result is longer than the destination; nothing was written',
  DATA_ERROR: 'the source is not a valid stream',
  AUTHENTICATION: 'the authentication tag does not match; nothing was written',
  DEVICE_ERROR: 'the device failed',
};
