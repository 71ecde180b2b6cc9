import { answerText } from './describe.js';
import type { RecordedAnswer, RecordedArguments, RecordedDevice, RecordingEntry } from './entry.js';
import { addressText, placeText, printableText } from './text.js';

type CallEntry = Extract<RecordingEntry, { readonly kind: 'call' }>;

/** Bytes that a number shows, and that are shown of a longer answer. */
const SHOWN_BYTES = 8;

/**
 * Two answers of a call that differ, in words that differ. Of bytes that are more than a number the first that is another is
 * told, by its register if it is known, and 8 bytes from there.
 */
export function answerDifference(
  call: CallEntry | undefined,
  a: RecordedAnswer | undefined,
  b: RecordedAnswer | undefined,
  device: RecordedDevice,
): readonly [string, string] {
  const [one, other] = [bytesOf(a), bytesOf(b)];
  const isLong = Math.max(one?.length ?? 0, other?.length ?? 0) > SHOWN_BYTES;
  if (one === undefined || other === undefined || !isLong) {
    return [textOf(a), textOf(b)];
  }
  const common = Math.min(one.length, other.length);
  let at = 0;
  while (at < common && one[at] === other[at]) {
    at += 1;
  }
  const place = printableText(placeOf(call, at, device));
  const isSameLength = one.length === other.length;
  const shown = (bytes: Uint8Array): string => {
    const hex = Buffer.from(bytes.subarray(at, at + SHOWN_BYTES)).toString('hex');
    return `[${hex}] at ${place}${isSameLength ? '' : ` (${bytes.length} bytes in all)`}`;
  };
  return [shown(one), shown(other)];
}

function textOf(answer: RecordedAnswer | undefined): string {
  return answer === undefined ? 'no answer' : answerText(answer);
}

function bytesOf(answer: RecordedAnswer | undefined): Uint8Array | undefined {
  return answer !== undefined && 'value' in answer && answer.value instanceof Uint8Array
    ? answer.value
    : undefined;
}

function placeOf(call: CallEntry | undefined, at: number, device: RecordedDevice): string {
  const { region, offset }: RecordedArguments = call?.call === 'read' ? call.args : {};
  return typeof region === 'number' && typeof offset === 'number'
    ? placeText(device, region, offset + at)
    : `byte ${addressText(at)}`;
}
