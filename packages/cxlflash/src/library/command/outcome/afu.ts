import {
  SISL_AFU_DMA_ERR_PAGE_IN,
  SISL_AFU_RC_CAP_VIOLATION,
  SISL_AFU_RC_DATA_DMA_ERR,
  SISL_AFU_RC_LXT_DMA_ERR,
  SISL_AFU_RC_LXT_OUT_OF_BOUNDS,
  SISL_AFU_RC_LXT_RW_PERM,
  SISL_AFU_RC_LXT_UNALIGNED,
  SISL_AFU_RC_NO_CHANNELS,
  SISL_AFU_RC_OUT_OF_DATA_BUFS,
  SISL_AFU_RC_RHT_DMA_ERR,
  SISL_AFU_RC_RHT_INVALID,
  SISL_AFU_RC_RHT_OUT_OF_BOUNDS,
  SISL_AFU_RC_RHT_RW_PERM,
  SISL_AFU_RC_RHT_UNALIGNED,
} from '@mdevkit/uapi';
import { delay, fail, retry, type Verdict } from './verdict.js';

/** What `afu_rc`, not 0, and `afu_extra` mean for a command. Source: open-power/capiflash, cblk_process_sisl_cmd_err. */
export function afuVerdict(afuRc: number, afuExtra: number): Verdict {
  switch (afuRc) {
    case SISL_AFU_RC_RHT_INVALID:
    case SISL_AFU_RC_RHT_UNALIGNED:
    case SISL_AFU_RC_RHT_OUT_OF_BOUNDS:
    case SISL_AFU_RC_LXT_UNALIGNED:
    case SISL_AFU_RC_LXT_OUT_OF_BOUNDS:
      return fail('cxlflash.resource');
    case SISL_AFU_RC_RHT_RW_PERM:
    case SISL_AFU_RC_LXT_RW_PERM:
      return retry('cxlflash.permission');
    case SISL_AFU_RC_RHT_DMA_ERR:
    case SISL_AFU_RC_LXT_DMA_ERR:
    case SISL_AFU_RC_DATA_DMA_ERR:
      return afuExtra === SISL_AFU_DMA_ERR_PAGE_IN
        ? retry('cxlflash.dma-fault')
        : fail('cxlflash.dma-fault');
    case SISL_AFU_RC_NO_CHANNELS:
      return delay('cxlflash.link-down');
    case SISL_AFU_RC_OUT_OF_DATA_BUFS:
      return retry('cxlflash.no-buffers');
    case SISL_AFU_RC_CAP_VIOLATION:
      return retry('cxlflash.cap-violation');
    default:
      return retry('cxlflash.afu-error');
  }
}
