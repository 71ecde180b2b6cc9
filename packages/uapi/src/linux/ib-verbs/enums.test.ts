import { expect } from 'chai';
import { describe, it } from 'mocha';
import * as verbs from './index.js';

/** The enumerators of C enums that give no values, in their order. */
const ENUMS: readonly (readonly [name: string, prefix: string, names: string])[] = [
  [
    'ib_event_type',
    'IB_EVENT_',
    `CQ_ERR QP_FATAL QP_REQ_ERR QP_ACCESS_ERR COMM_EST SQ_DRAINED PATH_MIG PATH_MIG_ERR DEVICE_FATAL
     PORT_ACTIVE PORT_ERR LID_CHANGE PKEY_CHANGE SM_CHANGE SRQ_ERR SRQ_LIMIT_REACHED
     QP_LAST_WQE_REACHED CLIENT_REREGISTER GID_CHANGE WQ_FATAL`,
  ],
  [
    'ib_wc_status',
    'IB_WC_',
    `SUCCESS LOC_LEN_ERR LOC_QP_OP_ERR LOC_EEC_OP_ERR LOC_PROT_ERR WR_FLUSH_ERR MW_BIND_ERR
     BAD_RESP_ERR LOC_ACCESS_ERR REM_INV_REQ_ERR REM_ACCESS_ERR REM_OP_ERR RETRY_EXC_ERR
     RNR_RETRY_EXC_ERR LOC_RDD_VIOL_ERR REM_INV_RD_REQ_ERR REM_ABORT_ERR INV_EECN_ERR
     INV_EEC_STATE_ERR FATAL_ERR RESP_TIMEOUT_ERR GENERAL_ERR`,
  ],
  ['ib_qp_state', 'IB_QPS_', 'RESET INIT RTR RTS SQD SQE ERR'],
];

const VALUES = new Map<string, unknown>(Object.entries(verbs));

describe('values of the verbs without a header for users (include/rdma/ib_verbs.h)', () => {
  for (const [name, prefix, names] of ENUMS) {
    it(`enum ${name} counts from 0`, () => {
      const enumerators = names.split(/\s+/);
      expect(enumerators.map((one) => VALUES.get(`${prefix}${one}`))).to.deep.equal(
        enumerators.map((_, i) => i),
      );
    });
  }

  it('enums ib_wc_flags and ib_send_flags have a bit for each', () => {
    const flags =
      'GRH WITH_IMM WITH_INVALIDATE IP_CSUM_OK WITH_SMAC WITH_VLAN WITH_NETWORK_HDR_TYPE';
    const sends = 'FENCE SIGNALED SOLICITED INLINE IP_CSUM';
    for (const [prefix, names] of [
      ['IB_WC_', flags],
      ['IB_SEND_', sends],
    ] as const) {
      const bits = names.split(' ');
      expect(bits.map((one) => VALUES.get(`${prefix}${one}`))).to.deep.equal(
        bits.map((_, i) => 2 ** i),
      );
    }
  });

  it('room for ids: objects take 5 bits, methods 5 less two for commands (uverbs_ioctl.h)', () => {
    expect(verbs.UVERBS_API_OBJ_KEY_NUM_CORE + verbs.UVERBS_API_OBJ_KEY_NUM_DRIVER).to.equal(32);
    expect(verbs.UVERBS_API_METHOD_KEY_NUM_CORE + verbs.UVERBS_API_METHOD_KEY_NUM_DRIVER).to.equal(
      30,
    );
    expect(verbs.UVERBS_API_ATTR_BKEY_LEN).to.equal(2 ** 6 - 1);
  });
});
