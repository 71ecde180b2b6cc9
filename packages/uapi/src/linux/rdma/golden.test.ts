import { expect } from 'chai';
import { describe, it } from 'mocha';
import * as verbs from '../ib-verbs/index.js';
import * as rdma from './index.js';

/** Bytes of a dump: pairs of hexadecimal digits, blanks as one likes. */
function bytes(dump: string): Uint8Array {
  return Uint8Array.from(dump.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('bytes of the verbs (include/uapi/rdma)', () => {
  it('a call with two attributes, handle and inline data (rdma_user_ioctl_cmds.h)', () => {
    const dump = bytes(`38 00 03 00 01 00 02 00  00 00 00 00 00 00 00 00  0e 00 00 00 00 00 00 00
      00 00 00 00 01 00 00 00  2a 00 00 00 00 00 00 00
      01 10 04 00 00 00 05 00  ef be ad de 00 00 00 00`);
    const call = {
      length: 24 + 2 * 16,
      object_id: rdma.UVERBS_OBJECT_CQ,
      method_id: rdma.UVERBS_METHOD_CQ_DESTROY,
      num_attrs: 2,
      driver_id: rdma.RDMA_DRIVER_RXE,
      attrs: [
        {
          attr_id: rdma.UVERBS_ATTR_DESTROY_CQ_HANDLE,
          flags: rdma.UVERBS_ATTR_F_MANDATORY,
          data: 42n,
        },
        { attr_id: rdma.UVERBS_ATTR_UHW_OUT, len: 4, elem_id: 5, data: 0xdead_beefn },
      ],
    };
    expect(rdma.IbUverbsIoctlHdr.encode(call)).to.deep.equal(dump);
    expect(rdma.IbUverbsIoctlHdr.decode(dump).attrs).to.have.length(2);
    expect(rdma.RDMA_VERBS_IOCTL).to.equal(0xc018_1b01);
  });

  it('a descriptor that is not open is -1 in the signed word (rdma_user_ioctl_cmds.h)', () => {
    const wire = rdma.IbUverbsAttr.encode({ data_s64: -1n });
    expect(rdma.IbUverbsAttr.decode(wire).data).to.equal(2n ** 64n - 1n);
  });

  it('an event of a queue pair (ib_user_verbs.h)', () => {
    const dump = bytes('88 77 66 55 44 33 22 11  01 00 00 00 00 00 00 00');
    expect(rdma.IbUverbsAsyncEventDesc.decode(dump)).to.deep.equal({
      element: 0x1122_3344_5566_7788n,
      event_type: verbs.IB_EVENT_QP_FATAL,
      reserved: 0,
    });
    expect(rdma.IbUverbsCompEventDesc.size).to.equal(8);
  });

  it('a completion of a receive with immediate data, whose bytes stay in order (ib_user_verbs.h)', () => {
    const wire = rdma.IbUverbsWc.encode({
      opcode: verbs.IB_WC_RECV,
      imm_data: 0x0403_0201,
      wc_flags: verbs.IB_WC_WITH_IMM,
    });
    expect(wire).to.have.length(48);
    expect([...wire.subarray(24, 28)]).to.deep.equal([1, 2, 3, 4]);
    expect(wire[12]).to.equal(0x80);
    expect(rdma.IbUverbsWc.decode(wire).invalidate_rkey).to.equal(0x0403_0201);
  });

  it('ids of drivers have bit 12 set, which no common one has (ib_user_ioctl_cmds.h)', () => {
    const ids = Object.entries<unknown>(rdma).filter(([name]) =>
      /^UVERBS_(?:OBJECT|METHOD|ATTR)_(?!UHW|F_)/.test(name),
    );
    expect(ids.length).to.be.greaterThan(150);
    const outside = ids.filter(([, id]) => (Number(id) & rdma.UVERBS_ID_NS_MASK) !== 0);
    expect(outside).to.deep.equal([]);
    expect(rdma.UVERBS_ATTR_UHW_IN >> rdma.UVERBS_ID_NS_SHIFT).to.equal(
      rdma.UVERBS_UDATA_DRIVER_DATA_NS,
    );
  });

  it('common ids have room in the tree of methods (include/rdma/uverbs_ioctl.h)', () => {
    const largest = (pattern: RegExp): number =>
      Math.max(
        ...Object.entries<unknown>(rdma)
          .filter(([name]) => pattern.test(name))
          .map(([, id]) => Number(id)),
      );
    expect(largest(/^UVERBS_OBJECT_/)).to.be.below(verbs.UVERBS_API_OBJ_KEY_NUM_CORE);
    expect(largest(/^UVERBS_METHOD_/)).to.be.below(verbs.UVERBS_API_METHOD_KEY_NUM_CORE - 1);
    expect(verbs.UVERBS_API_NS_FLAG).to.equal(rdma.UVERBS_UDATA_DRIVER_DATA_FLAG);
  });
});
