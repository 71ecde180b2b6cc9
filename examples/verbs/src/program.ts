import {
  EventChannelClass,
  MdevError,
  MdevHost,
  readEvents,
  type MdevHostOptions,
} from '@mdevkit/core';
import { IB_SEND_SIGNALED, IB_WC_SUCCESS } from '@mdevkit/uapi';
import { Ah, Cq, GRH_BYTES, QpRc, QpUc, QpUd } from './abi/index.js';
import {
  connect,
  makeClient,
  piece,
  poll,
  putText,
  remotePiece,
  sizes,
  textAt,
  type Client,
} from './client.js';
import { verbsDriver } from './driver/index.js';

type Print = (line: string) => void;

/** A key that receiver and sender of a datagram have agreed on. */
const QKEY = 0x1ee7;

export async function main(print: Print, options: MdevHostOptions = {}): Promise<void> {
  await using host = new MdevHost(options);
  await host.load(verbsDriver());
  await using first = await openDevice(host);
  await using second = await openDevice(host);
  const a = await makeClient(first);
  const b = await makeClient(second);
  print(`two devices on one fabric: LID ${a.lid} and LID ${b.lid}`);

  await reliable(a, b, print);
  await datagram(a, b, print);
  await completionEvent(a, b, print);
  await notThere(a, print);
}

async function openDevice(host: MdevHost): ReturnType<MdevHost['open']> {
  const { uuid } = await host.create({ parent: 'fabric0', type: 'verbs-hca' });
  return host.open(uuid);
}

async function connected(a: Client, b: Client) {
  const left = await a.control.call(QpRc, 'create', sizes(a));
  const right = await b.control.call(QpRc, 'create', sizes(b));
  await connect(a, left, { client: b, qp: right });
  await connect(b, right, { client: a, qp: left });
  return { left, right };
}

async function reliable(a: Client, b: Client, print: Print): Promise<void> {
  const { left, right } = await connected(a, b);
  const { handle } = left;

  const receive = { wrId: 100n, memory: piece(b, 0, 256) };
  await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...receive });
  const length = putText(a, 'hello');
  const send = { wrId: 1n, memory: piece(a, 0, length), flags: IB_SEND_SIGNALED };
  await a.control.call(QpRc, 'send', { handle, ...send });
  print(`RC send: ${await told(a)}; the receiver: ${await told(b)}, "${textAt(b, 0, length)}"`);

  const write = { ...send, wrId: 2n, ...remotePiece(b, 1024) };
  await a.control.call(QpRc, 'rdmaWrite', { handle, ...write });
  print(`RDMA write: ${await told(a)}; nobody is told there, "${textAt(b, 1024, length)}"`);

  await a.control.call(QpRc, 'rdmaWrite', { handle, ...write, wrId: 3n, rkey: 0 });
  print(`with a wrong key: ${await told(a)}`);
}

async function datagram(a: Client, b: Client, print: Print): Promise<void> {
  const from = await ready(a);
  const to = await ready(b);
  const receive = { wrId: 101n, memory: piece(b, 2048, GRH_BYTES + 64) };
  await b.control.call(QpUd, 'postRecv', { handle: to.handle, ...receive });
  const { handle: ah } = await a.control.call(Ah, 'create', { pd: a.pd, dlid: b.lid });
  const length = putText(a, 'a datagram');
  await a.control.call(QpUd, 'send', {
    handle: from.handle,
    wrId: 4n,
    memory: piece(a, 0, length),
    flags: IB_SEND_SIGNALED,
    ah,
    remoteQpn: to.qpNum,
    remoteQkey: QKEY,
  });
  const text = textAt(b, 2048 + GRH_BYTES, length);
  print(`UD send: ${await told(a)}; the receiver: ${await told(b)}, "${text}"`);
}

async function ready(client: Client) {
  const qp = await client.control.call(QpUd, 'create', sizes(client));
  const { handle } = qp;
  const init = { qkey: QKEY, port_num: 1 };
  await client.control.call(QpUd, 'modify', { handle, to: { member: 'INIT', value: init } });
  await client.control.call(QpUd, 'modify', { handle, to: { member: 'RTR', value: {} } });
  await client.control.call(QpUd, 'modify', { handle, to: { member: 'RTS', value: {} } });
  return qp;
}

async function completionEvent(a: Client, b: Client, print: Print): Promise<void> {
  // The channel is a descriptor. What it tells is about the object that the client calls 42.
  const { handle: channel } = await a.control.call(EventChannelClass, 'create', {});
  const { handle: cq } = await a.control.call(Cq, 'create', { cqe: 8, channel, element: 42n });
  const events = readEvents(channel);
  const next = events.next();

  const { left } = await connected({ ...a, cq }, b);
  await a.control.call(Cq, 'arm', { handle: cq });
  const write = { wrId: 5n, memory: piece(a, 0, 4), flags: IB_SEND_SIGNALED, ...remotePiece(b, 0) };
  await a.control.call(QpRc, 'rdmaWrite', { handle: left.handle, ...write });
  const { value } = await next;
  print(`event of object ${value?.element}: ${await told({ ...a, cq })}`);
  await channel.close();
}

async function notThere({ control, ...client }: Client, print: Print): Promise<void> {
  const { handle } = await control.call(QpUc, 'create', sizes({ control, ...client }));
  const read = { handle, wrId: 6n, memory: new Uint8Array(), remoteAddr: 0n, rkey: 0 };

  // @ts-expect-error – a queue pair of an unreliable connection has no rdmaRead: without this line nothing compiles
  print(`rdmaRead of QP_UC: ${await outcome(control.call(QpUc, 'rdmaRead', read))}`);

  // A client that knows better than its compiler takes the declaration of RC, and the number of UC.
  const pretended = { ...QpRc, name: QpUc.name, id: QpUc.id };
  print(`the same without types: ${await outcome(control.call(pretended, 'rdmaRead', read))}`);
}

/** What the completions of a client say. */
async function told(client: Client): Promise<string> {
  const completions = await poll(client);
  return completions.map(({ wr_id, status }) => `request ${wr_id} ${nameOf(status)}`).join(', ');
}

function nameOf(status: number): string {
  return status === IB_WC_SUCCESS ? 'done' : `failed with status ${status}`;
}

async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return MdevError.is(error) ? error.code : String(error);
  }
}
