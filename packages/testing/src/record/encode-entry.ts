import type { DeviceEvent } from '@mdevkit/core';
import type {
  RecordedAnswer,
  RecordedArguments,
  RecordedError,
  RecordedValue,
  RecordingEntry,
} from './entry.js';
import { itemKinds } from './item-kinds.js';
import {
  callTable,
  dmaAccessTable,
  dmaTable,
  eventTable,
  faultCauseTable,
  irqTable,
  type CallRow,
} from './tables.js';

/** An item before it is bytes. */
export type Item = readonly RecordedValue[];

type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;
type AnswerEntry = Extract<RecordingEntry, { readonly kind: 'answer' }>;
type DmaEntry = Extract<RecordingEntry, { readonly kind: 'dma' }>;

/** A call and its answer, `took` microseconds later. */
export function doneItem(
  delta: number,
  { call, args }: CallEntry,
  took: number,
  answer: RecordedAnswer,
): Item {
  const { code, row } = codeOf(call);
  return 'error' in answer
    ? [itemKinds.refused, delta, code, argumentsOf(row, args), took, errorFields(answer.error)]
    : [itemKinds.done, delta, code, argumentsOf(row, args), took, answer.value];
}

/** Any entry by itself, `delta` microseconds after the one before. */
export function entryItem(delta: number, entry: RecordingEntry): Item {
  switch (entry.kind) {
    case 'call': {
      const { code, row } = codeOf(entry.call);
      return [itemKinds.call, delta, code, argumentsOf(row, entry.args)];
    }
    case 'answer':
      return answerItem(delta, entry);
    case 'irq': {
      const { action, index, subindex, delivered } = entry;
      return [itemKinds.irq, delta, irqTable.indexOf(action), index, subindex, delivered];
    }
    case 'dma':
      return [itemKinds.dma, delta, ...dmaFields(entry)];
    case 'event':
      return [itemKinds.event, delta, ...eventFields(entry.event)];
    case 'object-event': {
      const { element, type, bytes } = entry;
      return [itemKinds.objectEvent, delta, element, type, bytes];
    }
    case 'end':
      return [itemKinds.end, delta];
  }
}

function answerItem(delta: number, { id, answer }: AnswerEntry): Item {
  return 'error' in answer
    ? [itemKinds.refusal, delta, id, errorFields(answer.error)]
    : [itemKinds.answer, delta, id, answer.value];
}

interface CallCode {
  readonly code: number;
  readonly row: CallRow;
}

/** Calls by their names: each call that is recorded asks for it. */
const callCodes: ReadonlyMap<string, CallCode> = new Map(
  callTable.map((row, code) => [row.call, { code, row }]),
);

function codeOf(call: string): CallCode {
  const found = callCodes.get(call);
  if (found === undefined) {
    throw new TypeError(`there is no call ${call}`);
  }
  return found;
}

function argumentsOf(row: CallRow, args: RecordedArguments): readonly RecordedValue[] {
  return trimmed(row.args.map(({ name }) => args[name]));
}

function dmaFields({
  access,
  pasid,
  iova,
  length,
  bytes,
  from,
  error,
}: DmaEntry): readonly RecordedValue[] {
  const failed = error === undefined ? undefined : errorFields(error);
  return trimmed([dmaTable.indexOf(access), pasid, iova, length, bytes, from, failed]);
}

function errorFields({ errno, code, reason }: RecordedError): readonly RecordedValue[] {
  return [errno, code, reason];
}

function eventFields(event: DeviceEvent): readonly RecordedValue[] {
  const code = eventTable.indexOf(event.kind);
  switch (event.kind) {
    case 'request':
      return [code, event.graceMs];
    case 'hangup':
      return [code, event.reason];
    case 'fault': {
      const { pasid, iova, length, access, cause } = event;
      const codes = [dmaAccessTable.indexOf(access), faultCauseTable.indexOf(cause)];
      return [code, pasid, iova, length, ...codes];
    }
    case 'error':
      return [code, event.message];
    case 'lost':
      return [code, event.count];
  }
}

/** What is missing at the end is not written. */
function trimmed(fields: readonly RecordedValue[]): readonly RecordedValue[] {
  let end = fields.length;
  while (end > 0 && fields[end - 1] === undefined) {
    end -= 1;
  }
  return end === fields.length ? fields : fields.slice(0, end);
}
