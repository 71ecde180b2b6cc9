import {
  SISL_FC_RC_ABORTPEND,
  SISL_FC_RC_INUSE,
  SISL_FC_RC_LINKDOWN,
  SISL_FC_RC_NOEXP,
  SISL_FC_RC_NOLOGI,
  SISL_FC_RC_WRABORTPEND,
} from '@mdevkit/uapi';
import { delay, fail, retry, type Verdict } from './verdict.js';

/** What `fc_rc`, not 0, means for a command. Source: open-power/capiflash, cblk_process_sisl_cmd_err. */
export function fcVerdict(fcRc: number): Verdict {
  switch (fcRc) {
    case SISL_FC_RC_LINKDOWN:
    case SISL_FC_RC_NOLOGI:
      return retry('cxlflash.link-down');
    case SISL_FC_RC_ABORTPEND:
      // The device may still have it under way: own rule, capiflash does not wait.
      return delay('cxlflash.abort-pending');
    case SISL_FC_RC_WRABORTPEND:
    case SISL_FC_RC_NOEXP:
    case SISL_FC_RC_INUSE:
      return fail('cxlflash.fc-error');
    default:
      return retry('cxlflash.fc-error');
  }
}
