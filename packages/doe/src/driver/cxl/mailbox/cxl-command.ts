import { MdevError } from '@mdevkit/core';
import {
  CXL_MBOX_CMD_RC_BUSY,
  CXL_MBOX_CMD_RC_INPUT,
  CXL_MBOX_CMD_RC_INTERNAL,
  CXL_MBOX_CMD_RC_PADDR,
  CXL_MBOX_CMD_RC_POISONLMT,
  CXL_MBOX_CMD_RC_UNSUPPORTED,
} from '@mdevkit/uapi';

/** A command of a memory device's mailbox. */
export interface CxlCommand {
  /** 16 bits. */
  readonly opcode: number;
  /** CXL_CMD_EFFECT_… of the command effects log; 0 without any. */
  readonly effect: number;
  /** Bytes of its input payload, which are checked; undefined if it does that itself. */
  readonly input: number | undefined;
  /**
   * The output payload, or the return code of a failure (CXL_MBOX_CMD_RC_…). An MdevError is one, too: EINVAL is _invalid
   * input_, EFAULT _invalid physical address_, ENOSPC _inject poison limit reached_, EOPNOTSUPP _unsupported_, EBUSY
   * _busy_; whatever else is thrown is _internal error_. `input` is valid during the call alone.
   */
  run(input: Uint8Array): Uint8Array | number;
  /** The function was reset. */
  reset?(): void;
}

const codeOf: Readonly<Partial<Record<string, number>>> = {
  EINVAL: CXL_MBOX_CMD_RC_INPUT,
  EFAULT: CXL_MBOX_CMD_RC_PADDR,
  ENOSPC: CXL_MBOX_CMD_RC_POISONLMT,
  EOPNOTSUPP: CXL_MBOX_CMD_RC_UNSUPPORTED,
  EBUSY: CXL_MBOX_CMD_RC_BUSY,
};

/** The return code of a command that threw this (CXL 3.1, section 8.2.8.4.5.1). */
export function returnCode(error: unknown): number {
  const code = MdevError.is(error) ? codeOf[error.code] : undefined;
  return code ?? CXL_MBOX_CMD_RC_INTERNAL;
}
