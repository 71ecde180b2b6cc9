import { VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import {
  COUNT,
  DATA,
  OFFSET,
  OFFSET_HIGH,
  REGION,
  type Incoming,
  type Outgoing,
} from '../wire/index.js';
import { Exchange } from './exchange.js';

const HIGH = 2 ** 32;

/** Up to this many bytes a loop is cheaper than two views for a block copy. */
const LOOP = 16;

/** Fills `into[start .. start + count)`. Answers how many bytes came, fewer if the server says so. */
export class ReadExchange extends Exchange<number> {
  readonly command = VFIO_USER_REGION_READ;
  readonly #region: number;
  readonly #offset: number;
  readonly #into: Uint8Array;
  readonly #start: number;
  readonly #count: number;

  constructor(region: number, offset: number, into: Uint8Array, start: number, count: number) {
    super();
    this.#region = region;
    this.#offset = offset;
    this.#into = into;
    this.#start = start;
    this.#count = count;
  }

  encode(outgoing: Outgoing): number {
    encodeAccess(outgoing.payload, this.#region, this.#offset, this.#count);
    return DATA;
  }

  protected decode(incoming: Incoming): number {
    const count = countOf(incoming, this.#count);
    if (incoming.length !== DATA + count) {
      throw failure('vfio-user.bad-reply', { problem: 'the data have another length', count });
    }
    const from = incoming.at + DATA;
    if (count > LOOP) {
      this.#into.set(incoming.bytes.subarray(from, from + count), this.#start);
      return count;
    }
    for (let i = 0; i < count; i++) {
      this.#into[this.#start + i] = incoming.view.getUint8(from + i);
    }
    return count;
  }
}

/** Writes `from[start .. start + count)`. Answers how many bytes were taken. */
export class WriteExchange extends Exchange<number> {
  readonly command = VFIO_USER_REGION_WRITE;
  override readonly posted: boolean;
  readonly #region: number;
  readonly #offset: number;
  #from: Uint8Array;
  #start: number;
  readonly #count: number;

  constructor(
    region: number,
    offset: number,
    from: Uint8Array,
    start: number,
    count: number,
    posted: boolean,
  ) {
    super();
    this.posted = posted;
    this.#region = region;
    this.#offset = offset;
    this.#from = from;
    this.#start = start;
    this.#count = count;
  }

  encode(outgoing: Outgoing): number {
    const { payload } = outgoing;
    const count = this.#count;
    encodeAccess(payload, this.#region, this.#offset, count);
    if (count > LOOP) {
      outgoing.bytes.set(this.#from.subarray(this.#start, this.#start + count), DATA);
    } else {
      for (let i = 0; i < count; i++) {
        payload.setUint8(DATA + i, this.#from[this.#start + i] ?? 0);
      }
    }
    if (this.posted) {
      this.complete(count);
    }
    return DATA + count;
  }

  override hold(): void {
    this.#from = this.#from.slice(this.#start, this.#start + this.#count);
    this.#start = 0;
  }

  protected decode(incoming: Incoming): number {
    return countOf(incoming, this.#count);
  }
}

function encodeAccess(payload: DataView, region: number, offset: number, count: number): void {
  payload.setUint32(OFFSET, offset % HIGH, true);
  payload.setUint32(OFFSET_HIGH, Math.floor(offset / HIGH), true);
  payload.setUint32(REGION, region, true);
  payload.setUint32(COUNT, count, true);
}

function countOf(incoming: Incoming, most: number): number {
  if (incoming.length < DATA) {
    throw failure('vfio-user.bad-reply', { problem: 'the reply is cut', length: incoming.length });
  }
  const count = incoming.view.getUint32(incoming.at + COUNT, true);
  if (count > most) {
    throw failure('vfio-user.bad-reply', { problem: 'more bytes than were asked for', count });
  }
  return count;
}
