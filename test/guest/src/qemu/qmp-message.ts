import { isJsonObject, type Json, type JsonObject } from './json.js';

/** Something that happened in QEMU, for example `DEVICE_DELETED`. */
export interface QmpEvent {
  readonly event: string;
  readonly data: JsonObject;
}

/** One line that QEMU sends on its monitor (QEMU docs/interop/qmp-spec.rst, section 2). */
export type QmpMessage =
  | { readonly kind: 'greeting' }
  | { readonly kind: 'return'; readonly id: Json | undefined; readonly value: Json }
  | {
      readonly kind: 'error';
      readonly id: Json | undefined;
      readonly qmpClass: string;
      readonly description: string;
    }
  | { readonly kind: 'event'; readonly event: QmpEvent };

/** @throws Error if the line is not a message of QMP */
export function parseQmp(line: string): QmpMessage {
  const message: unknown = JSON.parse(line);
  if (isJsonObject(message)) {
    const { QMP, event, error, id } = message;
    if (QMP !== undefined) {
      return { kind: 'greeting' };
    }
    if (typeof event === 'string') {
      const data = isJsonObject(message['data']) ? message['data'] : {};
      return { kind: 'event', event: { event, data } };
    }
    if (isJsonObject(error)) {
      const { class: qmpClass, desc } = error;
      if (typeof qmpClass === 'string' && typeof desc === 'string') {
        return { kind: 'error', id, qmpClass, description: desc };
      }
    }
    if (message['return'] !== undefined) {
      return { kind: 'return', id, value: message['return'] };
    }
  }
  throw new Error(`not a message of QMP: ${line}`);
}
