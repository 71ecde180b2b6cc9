import {
  SISL_RC_FLAGS_SENSE_VALID,
  SislIoarcb,
  SislIoasa,
  type SislRc,
  type StructInput,
  type StructValue,
} from '@mdevkit/uapi';
import { ALL_ONES, HostRegister, REQUEST_BYTES, RRQ_ENTRY_BYTES } from '../abi/index.js';
import type { ContextMemory } from './memory/index.js';
import type { RegisterAccess } from './setup/index.js';

/** What a response says; everything else is 0. */
export interface FakeOutcome {
  readonly rc?: StructInput<typeof SislRc>;
  readonly afuExtra?: number;
  readonly resid?: number;
  /** Key, code and qualifier. */
  readonly sense?: readonly [number, number, number];
}

/** A request that the AFU has fetched. */
export interface FakeRequest {
  /** Where it is. */
  readonly address: number;
  readonly request: StructValue<typeof SislIoarcb>;
}

/** An AFU with the registers of one context, whose commands end when and as a test says. */
export class FakeAfu implements RegisterAccess {
  /** In the order of their submission; what was answered or dropped is not there any more. */
  readonly requests: FakeRequest[] = [];
  /** Register writes, in their order. */
  readonly writes: [number, bigint][] = [];
  /** Commands that it took since it was made. */
  submitted = 0;
  room: number;
  /** How often `ioarrin` reads as busy after a reset. */
  resetReads = 0;
  /** Every register reads as that. */
  reads: bigint | undefined;
  /** What accesses reject with. */
  broken: Error | undefined;
  /** Called when a request has come. */
  onRequest: (request: FakeRequest) => void = () => undefined;
  readonly #memory: ContextMemory;
  #index = 0;
  #toggle = 1;

  constructor(memory: ContextMemory) {
    this.#memory = memory;
    this.room = memory.slots;
  }

  read(_region: number, offset: number, into: Uint8Array): Promise<number> {
    if (this.broken !== undefined) {
      return Promise.reject(this.broken);
    }
    new DataView(into.buffer).setBigUint64(0, this.reads ?? this.#register(offset));
    return Promise.resolve(8);
  }

  write(_region: number, offset: number, from: Uint8Array): Promise<number> {
    if (this.broken !== undefined) {
      return Promise.reject(this.broken);
    }
    const value = new DataView(from.buffer, from.byteOffset).getBigUint64(0);
    this.writes.push([offset, value]);
    if (offset === HostRegister.IOARRIN) {
      this.#submit(value);
    }
    return Promise.resolve(8);
  }

  /** Ends the oldest request, or another one, and tells of it in the response queue. */
  respond(outcome: FakeOutcome = {}, index = 0): FakeRequest {
    const [found] = this.requests.splice(index, 1);
    if (found === undefined) {
      throw new RangeError(`there is no request ${index}`);
    }
    this.writeResponse(found, outcome);
    this.room += 1;
    this.post(found.address);
    return found;
  }

  writeResponse({ address }: FakeRequest, { rc, afuExtra, resid, sense }: FakeOutcome): void {
    const data = new Uint8Array(20);
    if (sense !== undefined) {
      [data[2] = 0, data[12] = 0, data[13] = 0] = sense;
    }
    const flags = (rc?.flags ?? 0) | (sense === undefined ? 0 : SISL_RC_FLAGS_SENSE_VALID);
    SislIoasa.encode(
      { rc: { ...rc, flags }, afu_extra: afuExtra ?? 0, resid: resid ?? 0, sense_data: data },
      this.#memory.bytes,
      address - this.#memory.iova + REQUEST_BYTES,
    );
  }

  /** Puts an address into the response queue, whatever it is. */
  post(address: number): void {
    const at = this.#index * RRQ_ENTRY_BYTES;
    this.#memory.view.setBigUint64(at, BigInt(address) | BigInt(this.#toggle), true);
    this.#index = (this.#index + 1) % this.#memory.slots;
    this.#toggle = this.#index === 0 ? 1 - this.#toggle : this.#toggle;
  }

  /** The data of a request. */
  data({ request }: FakeRequest): Uint8Array {
    const at = Number(request.data_ea) - this.#memory.iova;
    return this.#memory.bytes.subarray(at, at + request.data_len);
  }

  #register(offset: number): bigint {
    if (offset === HostRegister.CMD_ROOM) {
      return BigInt(this.room);
    }
    if (offset === HostRegister.IOARRIN) {
      this.resetReads -= 1;
      return this.resetReads >= 0 ? 1n : 0n;
    }
    return offset === HostRegister.CTX_CTRL ? 1n : ALL_ONES;
  }

  #submit(value: bigint): void {
    if (value === 1n) {
      this.requests.length = 0;
      this.room = this.#memory.slots;
      return;
    }
    this.submitted += 1;
    this.room -= 1;
    const address = Number(value);
    const at = address - this.#memory.iova;
    const taken = { address, request: SislIoarcb.decode(this.#memory.bytes, at) };
    this.requests.push(taken);
    this.onRequest(taken);
  }
}
