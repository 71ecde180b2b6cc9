import type { CallArgs, CallResult } from '@mdevkit/core';
import { IB_UVERBS_ACCESS_REMOTE_READ, IB_UVERBS_ACCESS_REMOTE_WRITE } from '@mdevkit/uapi';
import { QpRc, QpUc, QpUd, QpXrcIni, QpXrcTgt } from '../abi/index.js';
import type { Node } from './node.test-support.js';

export type Rc = CallResult<typeof QpRc, 'create'>;
export type Uc = CallResult<typeof QpUc, 'create'>;
export type Ud = CallResult<typeof QpUd, 'create'>;

/** Who is at the other end. */
interface End {
  readonly node: Node;
  readonly qpNum: number;
}

/** Waits for receive requests. */
const FOREVER = 7;
const READ_WRITE = IB_UVERBS_ACCESS_REMOTE_READ | IB_UVERBS_ACCESS_REMOTE_WRITE;
const connection = ({ node, qpNum }: End): { dest_qp_num: number; dlid: number } => ({
  dest_qp_num: qpNum,
  dlid: node.parts.lid,
});

export function createRc(
  node: Node,
  options: Partial<CallArgs<typeof QpRc, 'create'>> = {},
): Promise<Rc> {
  return node.control.call(QpRc, 'create', { ...node.sizes, ...options });
}

/** To RTS, or with `last` to a state before it. */
export async function connectRc(
  node: Node,
  { handle }: Rc,
  to: End,
  { rnrRetry = FOREVER, last = 'RTS' }: { rnrRetry?: number; last?: 'INIT' | 'RTR' | 'RTS' } = {},
): Promise<void> {
  const init = { access: READ_WRITE, port_num: 1 };
  await node.control.call(QpRc, 'modify', { handle, to: { member: 'INIT', value: init } });
  if (last !== 'INIT') {
    const value = connection(to);
    await node.control.call(QpRc, 'modify', { handle, to: { member: 'RTR', value } });
  }
  if (last === 'RTS') {
    const value = { rnr_retry: rnrRetry };
    await node.control.call(QpRc, 'modify', { handle, to: { member: 'RTS', value } });
  }
}

/** Two that are connected. */
export async function rcPair(a: Node, b: Node, rnrRetry = FOREVER): Promise<readonly [Rc, Rc]> {
  const [left, right] = [await createRc(a), await createRc(b)];
  await connectRc(a, left, { node: b, qpNum: right.qpNum }, { rnrRetry });
  await connectRc(b, right, { node: a, qpNum: left.qpNum }, { rnrRetry });
  return [left, right];
}

export async function ucPair(a: Node, b: Node): Promise<readonly [Uc, Uc]> {
  const left = await a.control.call(QpUc, 'create', a.sizes);
  const right = await b.control.call(QpUc, 'create', b.sizes);
  await connectUc(a, left, { node: b, qpNum: right.qpNum });
  await connectUc(b, right, { node: a, qpNum: left.qpNum });
  return [left, right];
}

async function connectUc({ control }: Node, { handle }: Uc, to: End): Promise<void> {
  const value = { access: IB_UVERBS_ACCESS_REMOTE_WRITE, port_num: 1 };
  await control.call(QpUc, 'modify', { handle, to: { member: 'INIT', value } });
  await control.call(QpUc, 'modify', { handle, to: { member: 'RTR', value: connection(to) } });
  await control.call(QpUc, 'modify', { handle, to: { member: 'RTS', value: {} } });
}

/** One that has the key `qkey`, in RTS. */
export async function createUd({ control, sizes }: Node, qkey: number): Promise<Ud> {
  const ud = await control.call(QpUd, 'create', sizes);
  const { handle } = ud;
  const value = { qkey, port_num: 1 };
  await control.call(QpUd, 'modify', { handle, to: { member: 'INIT', value } });
  await control.call(QpUd, 'modify', { handle, to: { member: 'RTR', value: {} } });
  await control.call(QpUd, 'modify', { handle, to: { member: 'RTS', value: {} } });
  return ud;
}

/** An initiator and the target that it is connected to, in the domain `xrcd`. */
export async function xrcPair(
  a: Node,
  b: Node,
  xrcd: CallArgs<typeof QpXrcTgt, 'create'>['xrcd'],
  events: Pick<CallArgs<typeof QpXrcTgt, 'create'>, 'channel' | 'element'> = {},
): Promise<
  readonly [CallResult<typeof QpXrcIni, 'create'>, CallResult<typeof QpXrcTgt, 'create'>]
> {
  const { pd, sendCq, maxSendWr, maxSendSge } = a.sizes;
  const ini = await a.control.call(QpXrcIni, 'create', { pd, sendCq, maxSendWr, maxSendSge });
  const tgt = await b.control.call(QpXrcTgt, 'create', { xrcd, ...events });
  const toTarget = connection({ node: b, qpNum: tgt.qpNum });
  const toInitiator = connection({ node: a, qpNum: ini.qpNum });
  const init = { access: READ_WRITE, port_num: 1 };
  const onTarget = { handle: tgt.handle };
  await b.control.call(QpXrcTgt, 'modify', { ...onTarget, to: { member: 'INIT', value: init } });
  await b.control.call(QpXrcTgt, 'modify', {
    ...onTarget,
    to: { member: 'RTR', value: toInitiator },
  });
  const { handle } = ini;
  const rts = { rnr_retry: FOREVER };
  await a.control.call(QpXrcIni, 'modify', {
    handle,
    to: { member: 'INIT', value: { port_num: 1 } },
  });
  await a.control.call(QpXrcIni, 'modify', { handle, to: { member: 'RTR', value: toTarget } });
  await a.control.call(QpXrcIni, 'modify', { handle, to: { member: 'RTS', value: rts } });
  return [ini, tgt];
}
