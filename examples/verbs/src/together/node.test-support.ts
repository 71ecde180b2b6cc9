import type { Control, Handle } from '@mdevkit/core';
import {
  IB_SEND_SIGNALED,
  IB_UVERBS_ACCESS_LOCAL_WRITE,
  IB_UVERBS_ACCESS_MW_BIND,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_UVERBS_ACCESS_REMOTE_WRITE,
} from '@mdevkit/uapi';
import {
  completionsOf,
  Cq,
  MAX_POLL,
  Mr,
  Pd,
  sgList,
  VerbsDeviceClass,
  type Completion,
} from '../abi/index.js';
import type { VerbsConnection } from './connection.test-support.js';

/** Where a node's memory is mapped, and how large it is. */
export const BASE = 0x10000n;
export const SIZE = 0x10000;

export const ALL_ACCESS =
  IB_UVERBS_ACCESS_LOCAL_WRITE |
  IB_UVERBS_ACCESS_REMOTE_WRITE |
  IB_UVERBS_ACCESS_REMOTE_READ |
  IB_UVERBS_ACCESS_MW_BIND;

interface NodeParts {
  readonly connection: VerbsConnection;
  readonly control: Control;
  readonly bytes: Uint8Array;
  readonly lid: number;
  readonly pd: Handle<'PD'>;
  readonly mr: Handle<'MR'>;
  readonly key: number;
  readonly cq: Handle<'CQ'>;
}

/** A client of one verbs device, with memory, a domain, a region over all of the memory and a completion queue. */
export class Node implements AsyncDisposable {
  readonly parts: NodeParts;

  private constructor(parts: NodeParts) {
    this.parts = parts;
  }

  static async open(connection: VerbsConnection): Promise<Node> {
    const own = new Uint8Array(SIZE);
    const { memory, bytes } = connection.allocate?.(SIZE) ?? { memory: own, bytes: own };
    await connection.device.dmaMap({ iova: BASE, memory });
    const control = await connection.control();
    const { port } = await control.call(VerbsDeviceClass, 'queryPort', {});
    const { handle: pd } = await control.call(Pd, 'create', {});
    const length = BigInt(SIZE);
    const region = { pd, iova: BASE, length, access: ALL_ACCESS };
    const { handle: mr, lkey: key } = await control.call(Mr, 'register', region);
    const { handle: cq } = await control.call(Cq, 'create', { cqe: 256 });
    return new Node({ connection, control, bytes, lid: port.lid, pd, mr, key, cq });
  }

  get control(): Control {
    return this.parts.control;
  }

  /** What a queue pair that sends and receives is made with, if a test does not care. */
  get sizes(): {
    readonly pd: Handle<'PD'>;
    readonly sendCq: Handle<'CQ'>;
    readonly recvCq: Handle<'CQ'>;
    readonly maxSendWr: number;
    readonly maxSendSge: number;
    readonly maxRecvWr: number;
    readonly maxRecvSge: number;
  } {
    const { pd, cq } = this.parts;
    const sizes = { maxSendWr: 16, maxSendSge: 4, maxRecvWr: 16, maxRecvSge: 4 };
    return { pd, sendCq: cq, recvCq: cq, ...sizes };
  }

  /** Completions that are there, oldest first. */
  async poll(cq = this.parts.cq): Promise<Completion[]> {
    const { completions } = await this.control.call(Cq, 'poll', { handle: cq, max: MAX_POLL });
    return completionsOf(completions);
  }

  /** What most tests look at: `[wr_id, status]`. */
  async results(cq = this.parts.cq): Promise<(readonly [number, number])[]> {
    const completions = await this.poll(cq);
    return completions.map(({ wr_id, status }) => [Number(wr_id), status]);
  }

  /** A request of a receive queue, for `length` bytes at `offset` of this node's memory. */
  receive(
    wrId: number,
    offset: number,
    length: number,
    lkey = this.parts.key,
  ): { readonly wrId: bigint; readonly memory: Uint8Array } {
    const memory = sgList([{ addr: BASE + BigInt(offset), length, lkey }]);
    return { wrId: BigInt(wrId), memory };
  }

  /** The same of a send queue; it makes a completion. */
  work(
    wrId: number,
    offset: number,
    length: number,
    lkey = this.parts.key,
  ): { readonly wrId: bigint; readonly memory: Uint8Array; readonly flags: number } {
    return { ...this.receive(wrId, offset, length, lkey), flags: IB_SEND_SIGNALED };
  }

  /** This node's memory, as the other end names it. */
  remote(offset: number, rkey = this.parts.key): { remoteAddr: bigint; rkey: number } {
    return { remoteAddr: BASE + BigInt(offset), rkey };
  }

  text(offset: number, length: number): string {
    return new TextDecoder().decode(this.parts.bytes.slice(offset, offset + length));
  }

  /** Returns how many bytes it is. */
  put(offset: number, text: string): number {
    const bytes = new TextEncoder().encode(text);
    this.parts.bytes.set(bytes, offset);
    return bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control.close();
    await this.parts.connection[Symbol.asyncDispose]();
  }
}
