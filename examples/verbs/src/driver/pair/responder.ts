import {
  IB_EVENT_QP_ACCESS_ERR,
  IB_EVENT_QP_FATAL,
  IB_EVENT_QP_REQ_ERR,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_UVERBS_ACCESS_REMOTE_WRITE,
  IB_WC_LOC_LEN_ERR,
  IB_WC_RECV,
  IB_WC_RECV_RDMA_WITH_IMM,
  IB_WC_REM_ACCESS_ERR,
  IB_WC_REM_INV_REQ_ERR,
  IB_WC_REM_OP_ERR,
  IB_WC_RETRY_EXC_ERR,
  IB_WC_SUCCESS,
  IB_WC_WITH_IMM,
} from '@mdevkit/uapi';
import { GRH_BYTES, PORT_NUM } from '../../abi/index.js';
import { lengthOf, scatter, transfer } from '../memory/index.js';
import type { CompletionQueue, ReceiveQueue, ReceiveRequest } from '../queues/index.js';
import type { Message, Peer, SendRequest } from './message.js';
import { NotReady } from './not-ready.js';
import type { QpType, QueuePair } from './queue-pair.js';

/** Where a message finds its receive request. */
interface Inbox {
  readonly requests: ReceiveQueue;
  readonly cq: CompletionQueue;
}

/** Whom a type listens to. */
const initiators: Readonly<Record<QpType, QpType | undefined>> = {
  rc: 'rc',
  uc: 'uc',
  ud: 'ud',
  'xrc-ini': undefined,
  'xrc-tgt': 'xrc-ini',
};

/**
 * A message arrives at a queue pair. Answers what the other end is told, IB_WC_*, or that there is no request for it.
 * What an unreliable type has no use for is dropped: its other end is told nothing anyway.
 *
 * Source: InfiniBand Architecture Specification 9.9.3; Linux drivers/infiniband/sw/rxe/rxe_resp.c.
 */
export function arrive(qp: QueuePair, message: Message): number | NotReady {
  const { request, from, data } = message;
  if (!isMeant(qp, from, request)) {
    return IB_WC_RETRY_EXC_ERR;
  }
  const inbox = inboxOf(qp, request);
  if (inbox === undefined) {
    return refuse(qp, IB_WC_REM_INV_REQ_ERR, IB_EVENT_QP_REQ_ERR);
  }
  const isConsuming = request.kind === 'send' || request.imm !== undefined;
  const receive = isConsuming ? inbox.requests.peek() : undefined;
  if (isConsuming && receive === undefined) {
    return new NotReady(inbox.requests, qp.waiting);
  }
  if (request.kind === 'write') {
    const written = access(qp, inbox, request, data.length, (memory, addr) => {
      memory.write(addr, data);
    });
    if (written !== IB_WC_SUCCESS) {
      return written;
    }
  }
  return receive === undefined ? IB_WC_SUCCESS : consume(qp, inbox, receive, message);
}

/** The other end asks for memory. Answers the bytes, or IB_WC_*. */
export function fetch(
  qp: QueuePair,
  from: Peer,
  request: SendRequest,
  length: number,
): Uint8Array | number {
  if (!isMeant(qp, from, request)) {
    return IB_WC_RETRY_EXC_ERR;
  }
  const inbox = inboxOf(qp, request);
  if (inbox === undefined) {
    return refuse(qp, IB_WC_REM_INV_REQ_ERR, IB_EVENT_QP_REQ_ERR);
  }
  const data = new Uint8Array(length);
  const status = access(qp, inbox, request, length, (memory, addr) => {
    memory.read(addr, data);
  });
  return status === IB_WC_SUCCESS ? data : status;
}

/** Whether the sender is the one that this is connected to, or has the right key. */
function isMeant(qp: QueuePair, from: Peer, { datagram }: SendRequest): boolean {
  const sender = qp.adapter.fabric.at(from.lid)?.queuePairs.get(from.qpn);
  if (sender === undefined || initiators[qp.parts.type] !== sender.parts.type) {
    return false;
  }
  const isConnected = qp.peer?.lid === from.lid && qp.peer.qpn === from.qpn;
  const isExpected = datagram === undefined ? isConnected : datagram.qkey === qp.qkey;
  return isExpected && qp.isReady();
}

function inboxOf(qp: QueuePair, { srqNum }: SendRequest): Inbox | undefined {
  if (srqNum === undefined) {
    return qp.receiver;
  }
  const shared = qp.adapter.sharedQueues.get(srqNum);
  // One whose completions are lost is as good as gone.
  return shared?.xrc !== undefined && shared.xrc.xrcd === qp.parts.xrcd && !shared.xrc.cq.isBroken
    ? { requests: shared.requests, cq: shared.xrc.cq }
    : undefined;
}

/** Reads or writes memory for the other end. Nothing is checked for no bytes. */
function access(
  qp: QueuePair,
  { requests }: Inbox,
  { kind, remote }: SendRequest,
  length: number,
  run: (memory: Parameters<Parameters<typeof transfer>[1]>[0], addr: bigint) => void,
): number {
  if (length === 0) {
    return IB_WC_SUCCESS;
  }
  const right = kind === 'read' ? IB_UVERBS_ACCESS_REMOTE_READ : IB_UVERBS_ACCESS_REMOTE_WRITE;
  const region = remote === undefined ? undefined : qp.adapter.keys.get(remote.rkey);
  if (
    remote === undefined ||
    (qp.access & right) === 0 ||
    region?.pd !== (qp.parts.pd ?? requests.pd) ||
    !region.allowsRemote(remote.addr, length, right)
  ) {
    return refuse(qp, IB_WC_REM_ACCESS_ERR, IB_EVENT_QP_ACCESS_ERR);
  }
  const status = transfer(qp.adapter, (memory) => {
    run(memory, remote.addr);
  });
  return status === IB_WC_SUCCESS ? status : refuse(qp, IB_WC_REM_OP_ERR, IB_EVENT_QP_FATAL);
}

/** A message takes a receive request. */
function consume(
  qp: QueuePair,
  { requests, cq }: Inbox,
  receive: ReceiveRequest,
  { from, request, data }: Message,
): number {
  const isWrite = request.kind === 'write';
  const skip = request.datagram === undefined ? 0 : GRH_BYTES;
  const isTooLong = !isWrite && data.length + skip > lengthOf(receive.pieces);
  if (isTooLong && !qp.isReliable) {
    return IB_WC_SUCCESS;
  }
  const stored = isWrite
    ? IB_WC_SUCCESS
    : isTooLong
      ? IB_WC_LOC_LEN_ERR
      : scatter(qp.adapter, requests.pd, receive.pieces, data, skip);
  requests.take();
  if (stored !== IB_WC_SUCCESS) {
    qp.fail();
  }
  cq.complete(
    {
      wr_id: receive.wrId,
      status: stored,
      opcode: isWrite ? IB_WC_RECV_RDMA_WITH_IMM : IB_WC_RECV,
      byte_len: data.length + skip,
      imm_data: request.imm ?? 0,
      wc_flags: request.imm === undefined ? 0 : IB_WC_WITH_IMM,
      qp_num: qp.number,
      src_qp: from.qpn,
      slid: from.lid,
      port_num: PORT_NUM,
    },
    request.isSolicited,
  );
  if (stored === IB_WC_SUCCESS) {
    return IB_WC_SUCCESS;
  }
  return isTooLong ? IB_WC_REM_INV_REQ_ERR : IB_WC_REM_OP_ERR;
}

/** A reliable connection breaks at both ends; an unreliable one drops the message. */
function refuse(qp: QueuePair, status: number, event: number): number {
  if (qp.isReliable) {
    qp.fail(event);
  }
  return status;
}
