import type { ControlClientIdentity } from '@mdevkit/core';
import {
  READ_16,
  SISL_MSI_RRQ_UPDATED,
  SISL_REQ_FLAGS_HOST_WRITE,
  SISL_REQ_FLAGS_RES_HNDL,
  SislIoarcb,
  SislIoasa,
  SISL_ISTATUS_MASK,
  WRITE_16,
} from '@mdevkit/uapi';
import {
  ATTACH_READ,
  ATTACH_WRITE,
  HostRegister,
  HOST_STRIDE,
  REQUEST_BYTES,
} from '../abi/index.js';
import { settled } from '../settled.test-support.js';
import type { Bench } from './bench.test-support.js';
import type { FlashContext, Resource } from './context/index.js';

export interface RawOptions {
  readonly client?: ControlClientIdentity;
  readonly lun?: number;
  readonly flags?: number;
  readonly interrupts?: number;
  readonly pasid?: number;
}

/** A request, of which a test says what is not as it should be. */
export interface RawRequest {
  readonly ctx_id?: number;
  readonly req_flags?: number;
  readonly res_hndl?: number;
  readonly data_len?: number;
  readonly ioadl_len?: number;
  readonly data_ea?: number | bigint;
  readonly msi?: number;
  readonly rrq?: number;
  readonly timeout?: number;
  readonly opcode?: number;
  readonly options?: number;
  readonly lba?: number | bigint;
  readonly blocks?: number;
}

export type Response = ReturnType<typeof SislIoasa.decode>;

/** Where things of a context lie in its part of the memory. */
const RRQ = 0x0000;
const REQUESTS = 0x1000;
const DATA = 0x8000;
/** Bytes of the part. */
export const PART = 0x4_0000;
/** Requests and their responses, one behind the other. */
const STRIDE = 2 * REQUEST_BYTES;

/** The user of a context, who knows nothing but registers and memory. */
export class RawContext {
  readonly context: FlashContext;
  readonly #bench: Bench;
  /** Where its part of the memory begins. */
  readonly base: number;
  rrqEntries = 16;
  #toggle = 1;
  #index = 0;

  constructor(bench: Bench, options: RawOptions = {}) {
    const {
      client = bench.client,
      lun = 0,
      flags = ATTACH_READ | ATTACH_WRITE,
      interrupts = 4,
    } = options;
    this.#bench = bench;
    this.base = bench.takePart();
    this.context = bench.slice.attach({ client, lun, flags, interrupts, pasid: options.pasid });
  }

  /** As the user library brings a context up. */
  bringUp(rrqEntries = 16): this {
    this.rrqEntries = rrqEntries;
    this.set('RRQ_START', BigInt(this.rrq));
    this.set('RRQ_END', BigInt(this.rrq + (rrqEntries - 1) * 8));
    this.set('CTX_CTRL', 1n);
    this.set('INTR_MASK', SISL_ISTATUS_MASK);
    this.#toggle = 1;
    this.#index = 0;
    return this;
  }

  get rrq(): number {
    return this.base + RRQ;
  }

  get data(): number {
    return this.base + DATA;
  }

  requestAt(index: number): number {
    return this.base + REQUESTS + index * STRIDE;
  }

  get(register: keyof typeof HostRegister): bigint {
    return this.getAt(HostRegister[register]);
  }

  getAt(offset: number): bigint {
    const bytes = this.#bench.readWindow(this.#window + offset, 8);
    return new DataView(bytes.buffer).getBigUint64(0);
  }

  set(register: keyof typeof HostRegister, value: bigint): void {
    this.setAt(HostRegister[register], value);
  }

  setAt(offset: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value);
    this.#bench.writeWindow(this.#window + offset, bytes);
  }

  /** A handle of a disk, 0 by default. */
  open(lun = 0): Resource {
    return this.context.open(this.#bench.parent.disk(lun));
  }

  /** Puts a request into memory: by default one to read block 0 by handle 0. */
  write(index: number, request: RawRequest = {}): void {
    const { opcode = READ_16, options = 0, lba = 0, blocks = 1, ...fields } = request;
    const cdb = new Uint8Array(16);
    const view = new DataView(cdb.buffer);
    view.setUint8(0, opcode);
    view.setUint8(1, options);
    view.setBigUint64(2, BigInt(lba));
    view.setUint32(10, blocks);
    const direction = opcode === WRITE_16 ? SISL_REQ_FLAGS_HOST_WRITE : 0;
    SislIoarcb.encode(
      {
        ctx_id: this.context.number,
        req_flags: SISL_REQ_FLAGS_RES_HNDL | direction,
        res_hndl: 0,
        data_len: blocks * 4096,
        msi: SISL_MSI_RRQ_UPDATED,
        ...fields,
        data_ea: BigInt(request.data_ea ?? this.data),
        cdb,
      },
      this.#bench.memory,
      this.requestAt(index) - this.#bench.base,
    );
  }

  /** Submits the request `index` as it stands in memory. */
  submit(index = 0): void {
    this.set('IOARRIN', BigInt(this.requestAt(index)));
  }

  /** Writes a request, submits it and waits for its response. */
  async run(request: RawRequest = {}, index = 0): Promise<Response> {
    this.write(index, request);
    this.clear(index);
    this.submit(index);
    await settled();
    return this.response(index);
  }

  /** What a response is not before it came. */
  clear(index: number): void {
    this.bytes(this.requestAt(index) + REQUEST_BYTES, REQUEST_BYTES).fill(0xcc);
  }

  response(index = 0): Response {
    return SislIoasa.decode(
      this.#bench.memory,
      this.requestAt(index) + REQUEST_BYTES - this.#bench.base,
    );
  }

  /** The indexes of the requests whose responses came since the last look. */
  completions(): number[] {
    const found: number[] = [];
    for (;;) {
      const at = this.rrq + this.#index * 8;
      const view = new DataView(this.bytes(at, 8).slice().buffer);
      const entry = Number(view.getBigUint64(0, true));
      if (entry % 2 !== this.#toggle || entry < this.base) {
        return found;
      }
      found.push((entry - this.#toggle - this.requestAt(0)) / STRIDE);
      this.#index = (this.#index + 1) % this.rrqEntries;
      this.#toggle = this.#index === 0 ? 1 - this.#toggle : this.#toggle;
    }
  }

  bytes(iova: number, length: number): Uint8Array {
    return this.#bench.memory.subarray(iova - this.#bench.base, iova - this.#bench.base + length);
  }

  get #window(): number {
    return this.context.number * HOST_STRIDE;
  }
}
