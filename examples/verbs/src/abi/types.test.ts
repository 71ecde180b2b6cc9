import type { CallArgs, Control, Handle } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Ah, QpRc, QpUc, QpUd, QpXrcIni, QpXrcTgt } from './index.js';

/**
 * What the compiler refuses. Each line below a directive would be an error without it, and each directive would be one if
 * the line below it compiled, so building this file is the test; nothing here is ever called.
 */
export function refusedByTheCompiler(
  control: Control,
  uc: Handle<'QP_UC'>,
  ud: Handle<'QP_UD'>,
  ini: Handle<'QP_XRC_INI'>,
  tgt: Handle<'QP_XRC_TGT'>,
): readonly unknown[] {
  const memory = new Uint8Array();
  const send = { wrId: 0n, memory };
  const remote = { remoteAddr: 0n, rkey: 0 };
  const rnr = { member: 'RTS', value: { rnr_retry: 7 } } as const;
  const peer = { member: 'RTR', value: { dest_qp_num: 2, dlid: 1 } } as const;
  return [
    // @ts-expect-error – UC has no rdmaRead
    control.call(QpUc, 'rdmaRead', { handle: uc, ...send, ...remote }),
    // @ts-expect-error – UD reaches no memory of the other end
    control.call(QpUd, 'rdmaWrite', { handle: ud, ...send, ...remote }),
    // @ts-expect-error – a datagram needs an address
    control.call(QpUd, 'send', { handle: ud, ...send }),
    // @ts-expect-error – an initiator does not receive
    control.call(QpXrcIni, 'postRecv', { handle: ini, ...send }),
    // @ts-expect-error – an initiator says which shared queue it means
    control.call(QpXrcIni, 'send', { handle: ini, ...send }),
    // @ts-expect-error – a target posts nothing
    control.call(QpXrcTgt, 'send', { handle: tgt, ...send }),
    // @ts-expect-error – a handle of one type is not one of another
    control.call(QpRc, 'send', { handle: uc, ...send }),
    // @ts-expect-error – nothing is tried again on an unreliable connection
    control.call(QpUc, 'modify', { handle: uc, to: rnr }),
    // @ts-expect-error – a datagram's queue pair has nobody at the other end
    control.call(QpUd, 'modify', { handle: ud, to: peer }),
    // @ts-expect-error – a target has no way to RTS
    control.call(QpXrcTgt, 'modify', { handle: tgt, to: rnr }),
  ];
}

describe('abi: what each type lets a client say (seed 002)', () => {
  it('seed 002 one class per type: a target is created with a domain alone, an initiator without anything to receive with', () => {
    // The compiler checks these, too: a name that is not in the type is an error.
    const target: Record<keyof CallArgs<typeof QpXrcTgt, 'create'>, true> = {
      xrcd: true,
      channel: true,
      element: true,
    };
    const initiator: Record<keyof CallArgs<typeof QpXrcIni, 'create'>, true> = {
      pd: true,
      sendCq: true,
      maxSendWr: true,
      maxSendSge: true,
      channel: true,
      element: true,
    };
    const outs = ['handle', 'qpNum'];
    const names = (attributes: object): string[] => Object.keys(attributes);
    const { create: ofTarget } = QpXrcTgt.methods;
    const { create: ofInitiator } = QpXrcIni.methods;
    expect(names(ofTarget.attributes)).to.have.members([...names(target), ...outs]);
    expect(names(ofInitiator.attributes)).to.have.members([...names(initiator), ...outs]);
  });

  it('seed 002 one class per type: an address is there for datagrams alone', () => {
    expect(QpUd.methods.send.attributes.ah.spec).to.deep.include({ of: Ah });
    expect(QpRc.methods.send.attributes).to.not.have.property('ah');
  });
});
