import { SISL_ISTATUS_MASK, SISL_MSI_SYNC_ERROR } from '@mdevkit/uapi';
import { ALL_ONES, HostRegister, RRQ_ENTRY_BYTES } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import type { ContextMemory } from '../memory/index.js';
import type { HostWindow } from './host-window.js';

/**
 * What a user does with a context before the first command: an empty response queue, first its start and then its end; the
 * interrupt of errors; which errors raise it. `endian_ctrl` stays as it is after attach, little endian. Answers `ctx_ctrl`,
 * which tells what the context can do. Throws EIO `cxlflash.context-lost` if nobody answers.
 *
 * Source: open-power/capiflash src/block/cflash_block_sisl.c, cblk_sisl_adap_setup.
 */
export async function bringUp(window: HostWindow, memory: ContextMemory): Promise<bigint> {
  memory.bytes.fill(0, 0, memory.slots * RRQ_ENTRY_BYTES);
  await window.write(HostRegister.RRQ_START, BigInt(memory.responsesStart));
  await window.write(HostRegister.RRQ_END, BigInt(memory.responsesEnd));
  await window.write(HostRegister.CTX_CTRL, BigInt(SISL_MSI_SYNC_ERROR));
  await window.write(HostRegister.INTR_MASK, SISL_ISTATUS_MASK);
  const control = await window.read(HostRegister.CTX_CTRL);
  if (control === ALL_ONES) {
    throw failure('cxlflash.context-lost', { register: 'ctx_ctrl' });
  }
  return control;
}
