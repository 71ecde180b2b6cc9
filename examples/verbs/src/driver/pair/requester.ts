import {
  IB_WC_LOC_LEN_ERR,
  IB_WC_RETRY_EXC_ERR,
  IB_WC_RNR_RETRY_EXC_ERR,
  IB_WC_SUCCESS,
} from '@mdevkit/uapi';
import { MAX_MESSAGE, MTU } from '../../abi/index.js';
import { gather, lengthOf, scatter, type ProtectionDomain } from '../memory/index.js';
import type { Peer, SendRequest } from './message.js';
import type { NotReady } from './not-ready.js';
import type { QueuePair } from './queue-pair.js';
import { arrive, fetch } from './responder.js';

/** Waits for a receive request as long as it takes. Source: Linux include/rdma/ib_verbs.h, struct ib_qp_attr. */
const RNR_RETRY_FOREVER = 7;

/** Carries out a request of a send queue. Answers IB_WC_*, or where it has to wait. */
export function carryOut(qp: QueuePair, request: SendRequest): number | NotReady {
  const { pd } = qp.parts;
  const length = lengthOf(request.pieces);
  if (pd === undefined || length > MAX_MESSAGE) {
    return IB_WC_LOC_LEN_ERR;
  }
  if (request.datagram !== undefined && length > MTU) {
    // Nothing is sent, and that is no error. Source: Linux drivers/infiniband/sw/rxe/rxe_req.c.
    return IB_WC_SUCCESS;
  }
  return request.kind === 'read' ? read(qp, pd, request, length) : send(qp, pd, request, length);
}

function send(
  qp: QueuePair,
  pd: ProtectionDomain,
  request: SendRequest,
  length: number,
): number | NotReady {
  const data = new Uint8Array(length);
  const gathered = gather(qp.adapter, pd, request.pieces, data);
  if (gathered !== IB_WC_SUCCESS) {
    return gathered;
  }
  const from = { lid: qp.adapter.lid, qpn: qp.number };
  const target = find(qp, destination(qp, request));
  const reply =
    target === undefined ? IB_WC_RETRY_EXC_ERR : arrive(target, { from, request, data });
  if (!qp.isReliable) {
    // Whatever became of it: nobody tells.
    return IB_WC_SUCCESS;
  }
  if (typeof reply !== 'number' && qp.rnrRetry < RNR_RETRY_FOREVER) {
    return IB_WC_RNR_RETRY_EXC_ERR;
  }
  return reply;
}

function read(qp: QueuePair, pd: ProtectionDomain, request: SendRequest, length: number): number {
  const from = { lid: qp.adapter.lid, qpn: qp.number };
  const target = find(qp, destination(qp, request));
  const answer = target === undefined ? IB_WC_RETRY_EXC_ERR : fetch(target, from, request, length);
  return typeof answer === 'number' ? answer : scatter(qp.adapter, pd, request.pieces, answer);
}

function destination(qp: QueuePair, { datagram }: SendRequest): Peer | undefined {
  return datagram === undefined ? qp.peer : { lid: datagram.dlid, qpn: datagram.qpn };
}

function find(qp: QueuePair, peer: Peer | undefined): QueuePair | undefined {
  return peer === undefined ? undefined : qp.adapter.fabric.at(peer.lid)?.queuePairs.get(peer.qpn);
}
