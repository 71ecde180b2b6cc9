import { IbUverbsAttr, IbUverbsIoctlHdr } from '@mdevkit/uapi';
import { driverIdOf } from '../schema/index.js';

export const ZOO_ID = driverIdOf('zoo');

/** An attribute as a client in C may write it. */
export interface RawAttr {
  readonly id: number;
  readonly flags?: number;
  readonly len?: number;
  readonly elem?: number;
  readonly reserved?: number;
  /** Inline data, or the offset of data that {@link RawAttr.bytes} does not give. */
  readonly data?: bigint;
  /** Goes inline or into the payload, and gives the length. */
  readonly bytes?: Uint8Array;
}

export interface RawMessage {
  readonly object: number;
  readonly method: number;
  readonly attrs?: readonly RawAttr[];
  readonly driver?: number;
  readonly length?: number;
  readonly count?: number;
  readonly reserved1?: bigint;
  readonly reserved2?: number;
  /** Behind everything else. */
  readonly more?: Uint8Array;
}

/** The bytes of a message, right or wrong. */
export function rawMessage(message: RawMessage): Uint8Array {
  const { attrs = [], more = new Uint8Array(0) } = message;
  const head = IbUverbsIoctlHdr.size + IbUverbsAttr.size * attrs.length;
  const payload: Uint8Array[] = [];
  let end = head;
  const place = (bytes: Uint8Array): bigint => {
    const at = end;
    payload.push(bytes);
    end += bytes.length;
    return BigInt(at);
  };
  const encoded = attrs.map(({ id, flags = 1, len, elem = 0, reserved = 0, data, bytes }) =>
    IbUverbsAttr.encode({
      attr_id: id,
      flags,
      len: len ?? bytes?.length ?? 0,
      elem_id: elem,
      reserved,
      data: data ?? (bytes === undefined ? 0n : bytes.length <= 8 ? inline(bytes) : place(bytes)),
    }),
  );
  const result = new Uint8Array(end + more.length);
  IbUverbsIoctlHdr.encode(
    {
      length: message.length ?? head,
      object_id: message.object,
      method_id: message.method,
      num_attrs: message.count ?? attrs.length,
      reserved1: message.reserved1 ?? 0n,
      driver_id: message.driver ?? ZOO_ID,
      reserved2: message.reserved2 ?? 0,
    },
    result,
  );
  let at = IbUverbsIoctlHdr.size;
  for (const part of [...encoded, ...payload, more]) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** An attribute of the zoo's own, whose ids are in the namespace of drivers. */
export function attr(id: number, more: Omit<RawAttr, 'id'> = {}): RawAttr {
  return { id: 0x1000 | id, ...more };
}

/** A call of a method of the zoo. */
export function zooCall(
  object: number,
  method: number,
  attrs: readonly RawAttr[],
  more: Partial<RawMessage> = {},
): Uint8Array {
  return rawMessage({ object: 0x1000 | object, method: 0x1000 | method, attrs, ...more });
}

/** Little-endian integers of 4 bytes. */
export function u32s(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** Little-endian integers of 8 bytes. */
export function u64s(...values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}

/** The attributes of a reply: their ids, and their data or handles. */
export function outsOf(
  bytes: Uint8Array,
): { readonly id: number; readonly flags: number; readonly bytes: number[] }[] {
  const { attrs } = IbUverbsIoctlHdr.decode(
    bytes.subarray(0, new DataView(bytes.buffer, bytes.byteOffset).getUint16(0, true)),
  );
  return attrs.map(({ attr_id, flags, len, data }) => {
    const at = Number(data);
    const value = len <= 8 ? u64s(data).subarray(0, len) : bytes.subarray(at, at + len);
    return { id: attr_id & 0xfff, flags, bytes: [...value] };
  });
}

function inline(bytes: Uint8Array): bigint {
  const room = new Uint8Array(8);
  room.set(bytes);
  return new DataView(room.buffer).getBigUint64(0, true);
}
