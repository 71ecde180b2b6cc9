import type { DeviceEvent } from '@mdevkit/core';
import type { RecordedArguments, RecordedValue, RecordingEntry } from './entry.js';
import { Fields } from './fields.js';
import { itemKinds, MAX_OPEN_CALLS } from './item-kinds.js';
import {
  callTable,
  dmaAccessTable,
  dmaTable,
  eventTable,
  faultCauseTable,
  irqTable,
  type ArgumentRow,
} from './tables.js';

/** Turns items into entries; keeps the time, and which calls wait for their answers. */
export class EntryDecoder {
  /** Microseconds. */
  #time = 0;
  #lastId = 0;
  #ended = false;
  readonly #open = new Set<number>();

  /** One or two entries. Throws `recording.format`; `offset` is where the item is. */
  decode(item: unknown, offset: number): readonly RecordingEntry[] {
    const fields = Fields.of(item, offset);
    if (this.#ended) {
      throw fields.problem('something comes after the end');
    }
    const kind = fields.count();
    const time = this.#pass(fields);
    const entries = this.#entries(kind, time, fields);
    fields.end();
    return entries;
  }

  #entries(kind: number, time: number, fields: Fields): readonly RecordingEntry[] {
    switch (kind) {
      case itemKinds.done:
      case itemKinds.refused: {
        const call = this.#call(time, fields);
        const after = this.#pass(fields);
        const answer =
          kind === itemKinds.done ? { value: fields.value() } : { error: fields.error() };
        this.#open.delete(call.id);
        return [call, { kind: 'answer', time: after, id: call.id, answer }];
      }
      case itemKinds.call:
        return [this.#call(time, fields)];
      case itemKinds.answer:
        return [
          { kind: 'answer', time, id: this.#answered(fields), answer: { value: fields.value() } },
        ];
      case itemKinds.refusal:
        return [
          { kind: 'answer', time, id: this.#answered(fields), answer: { error: fields.error() } },
        ];
      case itemKinds.irq:
        return [
          {
            kind: 'irq',
            time,
            action: fields.entry(irqTable),
            index: fields.number(),
            subindex: fields.number(),
            delivered: fields.flag(),
          },
        ];
      case itemKinds.dma:
        return [dma(time, fields)];
      case itemKinds.event:
        return [{ kind: 'event', time, event: event(fields) }];
      case itemKinds.objectEvent:
        return [
          {
            kind: 'object-event',
            time,
            element: whole(fields),
            type: fields.number(),
            bytes: fields.bytes(),
          },
        ];
      case itemKinds.end:
        this.#ended = true;
        return [{ kind: 'end', time }];
      default:
        throw fields.problem('there is no such kind of entry');
    }
  }

  #call(time: number, fields: Fields): Extract<RecordingEntry, { readonly kind: 'call' }> {
    const { call, args: rows } = fields.entry(callTable);
    const args = parseArguments(fields.list(), rows);
    if (this.#open.size >= MAX_OPEN_CALLS) {
      throw fields.problem('too many calls wait for their answers');
    }
    this.#lastId += 1;
    this.#open.add(this.#lastId);
    return { kind: 'call', time, id: this.#lastId, call, args };
  }

  #answered(fields: Fields): number {
    const id = fields.count();
    if (!this.#open.delete(id)) {
      throw fields.problem('an answer belongs to no call');
    }
    return id;
  }

  /** Milliseconds, after the step that comes next. */
  #pass(fields: Fields): number {
    this.#time += fields.count();
    if (!Number.isSafeInteger(this.#time)) {
      throw fields.problem('a time is too large');
    }
    return this.#time / 1000;
  }
}

function parseArguments(fields: Fields, rows: readonly ArgumentRow[]): RecordedArguments {
  const args: Record<string, RecordedValue> = {};
  for (const row of rows) {
    const value =
      row.optional === true ? fields.optional(() => argument(fields, row)) : argument(fields, row);
    if (value !== undefined) {
      args[row.name] = value;
    }
  }
  fields.end();
  return args;
}

function argument(fields: Fields, { type }: ArgumentRow): RecordedValue {
  return type === 'slots' ? slots(fields.list()) : fields[type]();
}

function slots(fields: Fields): readonly RecordedValue[] {
  return fields.rest().map((slot) => {
    if (slot !== 'target' && slot !== 'source' && typeof slot !== 'number') {
      throw fields.problem('a slot is expected');
    }
    return slot;
  });
}

function dma(time: number, fields: Fields): RecordingEntry {
  const access = fields.entry(dmaTable);
  const pasid = fields.number();
  const iova = fields.address();
  const length = fields.number();
  const bytes = fields.optional((each) => each.bytes());
  const from = fields.optional((each) => each.address());
  const error = fields.optional((each) => each.error());
  return {
    kind: 'dma',
    time,
    access,
    pasid,
    iova,
    length,
    ...(bytes !== undefined && { bytes }),
    ...(from !== undefined && { from }),
    ...(error !== undefined && { error }),
  };
}

function event(fields: Fields): DeviceEvent {
  const kind = fields.entry(eventTable);
  switch (kind) {
    case 'request':
      return { kind, graceMs: fields.number() };
    case 'hangup':
      return { kind, reason: fields.text() };
    case 'fault':
      return {
        kind,
        pasid: fields.number(),
        iova: whole(fields),
        length: fields.number(),
        access: fields.entry(dmaAccessTable),
        cause: fields.entry(faultCauseTable),
      };
    case 'error':
      return { kind, message: fields.text() };
    case 'lost':
      return { kind, count: fields.number() };
  }
}

function whole(fields: Fields): bigint {
  const address = fields.address();
  if (typeof address === 'number' && !Number.isSafeInteger(address)) {
    throw fields.problem('an address is expected');
  }
  return BigInt(address);
}
