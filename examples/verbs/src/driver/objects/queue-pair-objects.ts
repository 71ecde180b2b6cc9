import type { Call, ObjectLife, ObjectRef } from '@mdevkit/core';
import type { StructInput } from '@mdevkit/uapi';
import type { QpInfo } from '../../abi/index.js';
import type { QpParts, QueuePair } from '../pair/index.js';
import type { CompletionQueues, SharedQueues } from './queues.js';
import type { Domains } from './memory.js';

/** The implementations that those of queue pairs need, to look objects up. */
export interface QpContext {
  readonly domains: Domains;
  readonly queues: CompletionQueues;
  readonly shared: SharedQueues;
}

interface SendArgs {
  readonly pd: ObjectRef<'PD'>;
  readonly sendCq: ObjectRef<'CQ'>;
  readonly maxSendWr: number;
  readonly maxSendSge: number;
}
interface ReceiveArgs {
  readonly pd: ObjectRef<'PD'>;
  readonly recvCq: ObjectRef<'CQ'>;
  readonly maxRecvWr?: number | undefined;
  readonly maxRecvSge?: number | undefined;
  readonly srq?: ObjectRef<'SRQ'> | undefined;
}
interface EventArgs {
  readonly channel?: ObjectRef<'EVENT_CHANNEL'> | undefined;
  readonly element?: bigint | undefined;
}

/** The parts of one that sends. */
export function sendParts(
  { domains, queues }: QpContext,
  { pd, sendCq, maxSendWr, maxSendSge }: SendArgs,
): Pick<QpParts, 'pd' | 'send'> {
  const send = { cq: queues.of(sendCq), maxWr: maxSendWr, maxSge: maxSendSge };
  return { pd: domains.of(pd), send };
}

/** The parts of one that receives by itself. A number that is left out is 0. */
export function receiveParts(
  { domains, queues, shared }: QpContext,
  { pd, recvCq, srq, maxRecvWr = 0, maxRecvSge = 0 }: ReceiveArgs,
): Pick<QpParts, 'receive'> {
  const own = { pd: domains.of(pd), maxWr: maxRecvWr, maxSge: maxRecvSge };
  return { receive: { cq: queues.of(recvCq), from: srq === undefined ? own : shared.of(srq) } };
}

/** Where it reports its events. */
export function eventParts(call: Call, { channel, element }: EventArgs): Pick<QpParts, 'events'> {
  return { events: call.events({ channel, element }) };
}

/** What every type answers to its creation. */
export function created(qp: QueuePair): { readonly state: QueuePair; readonly qpNum: number } {
  return { state: qp, qpNum: qp.number };
}

export function describe(qp: QueuePair): { readonly info: StructInput<typeof QpInfo> } {
  const { lid = 0, qpn = 0 } = qp.peer ?? {};
  return { info: { state: qp.state, qp_num: qp.number, dest_qp_num: qpn, dlid: lid } };
}

/** What happens to every queue pair in the end. */
export const queuePairLife: ObjectLife<QueuePair> = {
  release: (qp) => {
    qp.destroy();
  },
};
