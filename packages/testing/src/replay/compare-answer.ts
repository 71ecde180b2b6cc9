import { answerDifference } from '../record/answer-difference.js';
import type { RecordedAnswer, RecordedDevice, RecordedValue } from '../record/index.js';
import { same } from '../record/same.js';
import type { CallEntry } from './call-entry.js';

/** How an answer differs from the recorded one, in words; undefined if it does not. */
export function compareAnswer(
  call: CallEntry,
  expected: RecordedAnswer,
  got: RecordedAnswer,
  withReasons: boolean,
  device: RecordedDevice,
): string | undefined {
  if (isSame(call.call, expected, got, withReasons)) {
    return undefined;
  }
  const [wanted, came] = answerDifference(call, expected, got, device);
  return `expected ${wanted}, got ${came}`;
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
  switch (call) {
    case 'region-info':
      return same(placeless(expected.value), placeless(got.value));
    // PASIDs are handed out by the parent.
    case 'bind':
      return true;
    default:
      return same(expected.value, got.value);
  }
}

/** Where a region is in a file, and what of it can be mapped how, belongs to the way to the device. */
function placeless(info: RecordedValue): RecordedValue {
  if (typeof info !== 'object' || info === null || !('size' in info)) {
    return info;
  }
  const { index, size } = info;
  return { index, size };
}
