import type { RecordedAnswer, RecordedValue } from '../record/index.js';
import { answerText } from '../record/describe.js';
import { same } from '../record/same.js';
import type { CallEntry } from './call-entry.js';

/** How an answer differs from the recorded one, in words; undefined if it does not. */
export function compareAnswer(
  { call }: CallEntry,
  expected: RecordedAnswer,
  got: RecordedAnswer,
  withReasons: boolean,
): string | undefined {
  if (isSame(call, expected, got, withReasons)) {
    return undefined;
  }
  return `expected ${answerText(expected)}, got ${answerText(got)}`;
}

function isSame(
  call: CallEntry['call'],
  expected: RecordedAnswer,
  got: RecordedAnswer,
  withReasons: boolean,
): boolean {
  if ('error' in expected || 'error' in got) {
    return (
      'error' in expected &&
      'error' in got &&
      expected.error.errno === got.error.errno &&
      (!withReasons || expected.error.reason === got.error.reason)
    );
  }
  return call === 'region-info'
    ? same(placeless(expected.value), placeless(got.value))
    : same(expected.value, got.value);
}

/** Where a region is in a file, and what of it can be mapped how, belongs to the way to the device. */
function placeless(info: RecordedValue): RecordedValue {
  if (typeof info !== 'object' || info === null || !('size' in info)) {
    return info;
  }
  const { index, size } = info;
  return { index, size };
}
