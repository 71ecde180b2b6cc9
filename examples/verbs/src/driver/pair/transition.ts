import {
  IB_QPS_ERR,
  IB_QPS_INIT,
  IB_QPS_RESET,
  IB_QPS_RTR,
  IB_QPS_RTS,
  IB_QPS_SQE,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_UVERBS_ACCESS_REMOTE_WRITE,
} from '@mdevkit/uapi';
import { PORT_NUM } from '../../abi/index.js';
import { inRange } from '../parts/index.js';
import type { Peer } from './message.js';

/** What a client asks for, of whichever type; a class of the ABI lets through only what its type knows. */
export type TransitionRequest =
  | { readonly member: 'RESET' | 'ERR'; readonly value: Nothing }
  | { readonly member: 'INIT'; readonly value: InitOf<{ access: number }> }
  | { readonly member: 'INIT'; readonly value: InitOf<{ qkey: number }> }
  | { readonly member: 'INIT'; readonly value: InitOf<Nothing> }
  | {
      readonly member: 'RTR';
      readonly value:
        | Nothing
        | { readonly dest_qp_num: number; readonly dlid: number; readonly reserved: number };
    }
  | { readonly member: 'RTS'; readonly value: Nothing | { readonly rnr_retry: number } };

interface Nothing {
  readonly reserved: number;
}
type InitOf<T> = T & { readonly port_num: number };

/** The same, checked. */
export interface Transition {
  readonly state: number;
  readonly access?: number;
  readonly qkey?: number;
  readonly peer?: Peer;
  readonly rnrRetry?: number;
}

const MAX_QPN = 0xff_ffff;
const MAX_LID = 0xbfff;
/** Source: Linux include/rdma/ib_verbs.h, struct ib_qp_attr: 3 bits. */
const MAX_RNR_RETRY = 7;

/** EINVAL for a value that is out of range and for anything in a reserved field. `access` are bits that the type knows. */
export function transitionOf({ member, value }: TransitionRequest, access = 0): Transition {
  if ('reserved' in value) {
    inRange('reserved', value.reserved, 0, 0);
  }
  switch (member) {
    case 'RESET':
      return { state: IB_QPS_RESET };
    case 'ERR':
      return { state: IB_QPS_ERR };
    case 'INIT':
      inRange('port_num', value.port_num, PORT_NUM, PORT_NUM);
      if ('access' in value) {
        inRange('access', value.access & ~access, 0, 0);
        return { state: IB_QPS_INIT, access: value.access };
      }
      return { state: IB_QPS_INIT, ...('qkey' in value ? { qkey: value.qkey } : {}) };
    case 'RTR':
      return { state: IB_QPS_RTR, ...('dlid' in value ? { peer: peerOf(value) } : {}) };
    case 'RTS': {
      const rnrRetry = 'rnr_retry' in value ? value.rnr_retry : 0;
      return { state: IB_QPS_RTS, rnrRetry: inRange('rnr_retry', rnrRetry, 0, MAX_RNR_RETRY) };
    }
  }
}

function peerOf(value: { readonly dest_qp_num: number; readonly dlid: number }): Peer {
  return {
    qpn: inRange('dest_qp_num', value.dest_qp_num, 0, MAX_QPN),
    lid: inRange('dlid', value.dlid, 1, MAX_LID),
  };
}

/** What the other end may do over a type that has `rdmaRead`, and over one that has not. */
export const RELIABLE_ACCESS = IB_UVERBS_ACCESS_REMOTE_WRITE | IB_UVERBS_ACCESS_REMOTE_READ;
export const UNRELIABLE_ACCESS = IB_UVERBS_ACCESS_REMOTE_WRITE;

/** Where one may go from a state. SQD is left out. */
const ways: Readonly<Record<number, readonly number[]>> = {
  [IB_QPS_RESET]: [IB_QPS_RESET, IB_QPS_INIT],
  [IB_QPS_INIT]: [IB_QPS_RESET, IB_QPS_ERR, IB_QPS_INIT, IB_QPS_RTR],
  [IB_QPS_RTR]: [IB_QPS_RESET, IB_QPS_ERR, IB_QPS_RTS],
  [IB_QPS_RTS]: [IB_QPS_RESET, IB_QPS_ERR, IB_QPS_RTS],
  [IB_QPS_SQE]: [IB_QPS_RESET, IB_QPS_ERR, IB_QPS_RTS],
  [IB_QPS_ERR]: [IB_QPS_RESET, IB_QPS_ERR],
};

/** Source: Linux drivers/infiniband/core/verbs.c, qp_state_table. */
export function isLegal(from: number, to: number): boolean {
  return ways[from]?.includes(to) === true;
}
