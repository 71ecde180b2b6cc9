import type { CallResult, Control, Device, DmaMap, Handle } from '@mdevkit/core';
import {
  IB_UVERBS_ACCESS_LOCAL_WRITE,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_UVERBS_ACCESS_REMOTE_WRITE,
} from '@mdevkit/uapi';
import { completionsOf, Cq, Mr, Pd, QpRc, sgList, VerbsDeviceClass } from './abi/index.js';
import type { Completion } from './abi/index.js';

/** Where a client maps its memory for its device. */
const BASE = 0x10000n;
const ACCESS =
  IB_UVERBS_ACCESS_LOCAL_WRITE | IB_UVERBS_ACCESS_REMOTE_WRITE | IB_UVERBS_ACCESS_REMOTE_READ;

/** What every client of this program has: a page of memory under a key, and a queue for completions. */
export interface Client {
  readonly control: Control;
  readonly lid: number;
  readonly page: Uint8Array;
  readonly pd: Handle<'PD'>;
  readonly key: number;
  readonly cq: Handle<'CQ'>;
}

export type Rc = CallResult<typeof QpRc, 'create'>;

/** `lent` is a page that the device can reach; memory of this process without it, which a device here can. */
export async function makeClient(
  device: Device,
  lent: { readonly memory: DmaMap['memory']; readonly bytes: Uint8Array } = inThisProcess(),
): Promise<Client> {
  const { bytes: page, memory } = lent;
  await device.dmaMap({ iova: BASE, memory });
  const control = await device.control();
  const { port } = await control.call(VerbsDeviceClass, 'queryPort', {});
  const { handle: pd } = await control.call(Pd, 'create', {});
  const region = { pd, iova: BASE, length: BigInt(page.length), access: ACCESS };
  const { lkey: key } = await control.call(Mr, 'register', region);
  const { handle: cq } = await control.call(Cq, 'create', { cqe: 64 });
  return { control, lid: port.lid, page, pd, key, cq };
}

function inThisProcess(): { memory: Uint8Array; bytes: Uint8Array } {
  const bytes = new Uint8Array(4096);
  return { memory: bytes, bytes };
}

/** What a queue pair that sends and receives is created with. */
export function sizes({ pd, cq }: Client): {
  readonly pd: Handle<'PD'>;
  readonly sendCq: Handle<'CQ'>;
  readonly recvCq: Handle<'CQ'>;
  readonly maxSendWr: number;
  readonly maxSendSge: number;
  readonly maxRecvWr: number;
  readonly maxRecvSge: number;
} {
  const each = { maxSendWr: 8, maxSendSge: 1, maxRecvWr: 8, maxRecvSge: 1 };
  return { pd, sendCq: cq, recvCq: cq, ...each };
}

/** Connects a queue pair to one of another client. */
export async function connect(
  { control }: Client,
  { handle }: Rc,
  peer: { readonly client: Client; readonly qp: Rc },
): Promise<void> {
  const init = { access: ACCESS & ~IB_UVERBS_ACCESS_LOCAL_WRITE, port_num: 1 };
  const connection = { dest_qp_num: peer.qp.qpNum, dlid: peer.client.lid };
  await control.call(QpRc, 'modify', { handle, to: { member: 'INIT', value: init } });
  await control.call(QpRc, 'modify', { handle, to: { member: 'RTR', value: connection } });
  await control.call(QpRc, 'modify', { handle, to: { member: 'RTS', value: { rnr_retry: 7 } } });
}

/** Part of a client's page, as a work request names it. */
export function piece({ key }: Client, offset: number, length: number): Uint8Array {
  return sgList([{ addr: BASE + BigInt(offset), length, lkey: key }]);
}

/** The same for a client at the other end. */
export function remotePiece({ key }: Client, offset: number): { remoteAddr: bigint; rkey: number } {
  return { remoteAddr: BASE + BigInt(offset), rkey: key };
}

export function putText({ page }: Client, text: string): number {
  return new TextEncoder().encodeInto(text, page).written;
}

export function textAt({ page }: Client, offset: number, length: number): string {
  return new TextDecoder().decode(page.subarray(offset, offset + length));
}

/** The completions that are there. */
export async function poll({ control, cq }: Client): Promise<Completion[]> {
  const { completions } = await control.call(Cq, 'poll', { handle: cq, max: 16 });
  return completionsOf(completions);
}
