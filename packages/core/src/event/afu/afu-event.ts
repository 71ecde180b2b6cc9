import {
  CXL_EVENT_AFU_DRIVER,
  CXL_EVENT_AFU_ERROR,
  CXL_EVENT_AFU_INTERRUPT,
  CXL_EVENT_DATA_STORAGE,
  CxlEventAfuError,
  CxlEventAfuInterrupt,
  CxlEventDataStorage,
  CxlEventHeader,
  type AnyStruct,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';

/**
 * What the reader of a context was told. `interrupt`: the AFU raised one or more of this number. `fault`: it used an address
 * that cannot be translated. `error`: a failure of the AFU, in its own terms. `driver`: bytes of its driver, in terms of that.
 * `other`: of a type that is not known here.
 */
export type AfuEvent = { readonly processElement: number } & (
  | { readonly kind: 'interrupt'; readonly irq: number }
  | { readonly kind: 'fault'; readonly address: bigint; readonly dsisr: bigint }
  | { readonly kind: 'error'; readonly error: bigint }
  | { readonly kind: 'driver'; readonly data: Uint8Array }
  | { readonly kind: 'other'; readonly type: number; readonly data: Uint8Array }
);

/**
 * Makes an event of the bytes that one read gave. What an event has beyond the fields that are known is left out, so that
 * events can grow.
 *
 * @throws MdevError EPROTO `afu.event-format` if the bytes are not one whole event
 *
 * Source: Linux include/uapi/misc/cxl.h, struct cxl_event.
 */
export function decodeAfuEvent(bytes: Uint8Array): AfuEvent {
  if (bytes.length < CxlEventHeader.size) {
    throw failure('afu.event-format', { length: bytes.length });
  }
  const { type, size, process_element: processElement } = CxlEventHeader.decode(bytes);
  const body = bytes.subarray(CxlEventHeader.size);
  const needed = CxlEventHeader.size + (BODIES.get(type)?.size ?? 0);
  if (size !== bytes.length || size < needed) {
    throw failure('afu.event-format', { type, size, length: bytes.length });
  }
  switch (type) {
    case CXL_EVENT_AFU_INTERRUPT:
      return { processElement, kind: 'interrupt', irq: CxlEventAfuInterrupt.decode(body).irq };
    case CXL_EVENT_DATA_STORAGE: {
      const { addr, dsisr } = CxlEventDataStorage.decode(body);
      return { processElement, kind: 'fault', address: addr, dsisr };
    }
    case CXL_EVENT_AFU_ERROR:
      return { processElement, kind: 'error', error: CxlEventAfuError.decode(body).error };
    // Not by slice, which of a Buffer copies nothing.
    case CXL_EVENT_AFU_DRIVER:
      return { processElement, kind: 'driver', data: new Uint8Array(body) };
    default:
      return { processElement, kind: 'other', type, data: new Uint8Array(body) };
  }
}

const BODIES: ReadonlyMap<number, AnyStruct> = new Map<number, AnyStruct>([
  [CXL_EVENT_AFU_INTERRUPT, CxlEventAfuInterrupt],
  [CXL_EVENT_DATA_STORAGE, CxlEventDataStorage],
  [CXL_EVENT_AFU_ERROR, CxlEventAfuError],
]);
