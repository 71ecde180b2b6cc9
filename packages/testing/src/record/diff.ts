import { answerDifference } from './answer-difference.js';
import { callGroups, type CallGroup } from './call-groups.js';
import { describeEntry } from './describe.js';
import type { RecordedDevice, RecordedValue, Recording, RecordingEntry } from './entry.js';
import { same } from './same.js';

/** Where two recordings, or a recording and a device, part. */
export interface RecordingDifference {
  /** The call that it belongs to, counted from 1 as in the (first) recording; 0 for what comes before all calls. */
  readonly call: number;
  /** One line, or two: what was expected and what came. */
  readonly text: string;
}

export interface DiffOptions {
  /** Whether the times must agree, to the microsecond. Default: no. */
  readonly times?: boolean;
}

/** Calls that one recording may have beyond the other, in a row, before the two are taken for different from there on. */
const LOOK_AHEAD = 64;

/**
 * How two recordings differ: in what the device is, call by call in their order, and in what happened between the calls.
 * Which mdev it was is not compared. The first difference comes first.
 */
export function diffRecordings(
  a: Recording,
  b: Recording,
  options: DiffOptions = {},
): readonly RecordingDifference[] {
  const differences: RecordingDifference[] = [];
  const [deviceA, deviceB] = [a.header.device, b.header.device];
  if (!same(asValue(deviceA), asValue(deviceB))) {
    differences.push({ call: 0, text: 'the devices are not the same' });
  }
  const [left, right] = [callGroups(a.entries), callGroups(b.entries)];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    if (one !== undefined && other !== undefined && sameCall(one, other)) {
      differences.push(...groupDifferences(i, one, other, deviceA, options));
      i += 1;
      j += 1;
      continue;
    }
    const [skipLeft, skipRight] = resync(left, i, right, j);
    for (const group of left.slice(i, i + skipLeft)) {
      differences.push(only(i, 'first', group, deviceA));
      i += 1;
    }
    for (const group of right.slice(j, j + skipRight)) {
      differences.push(only(i, 'second', group, deviceB));
      j += 1;
    }
  }
  return differences;
}

/** How many calls to pass over on each side until the two agree again: as few as can be. */
function resync(
  left: readonly CallGroup[],
  i: number,
  right: readonly CallGroup[],
  j: number,
): readonly [number, number] {
  for (let sum = 1; sum <= LOOK_AHEAD; sum += 1) {
    for (let skip = 0; skip <= sum; skip += 1) {
      const [one, other] = [left[i + skip], right[j + sum - skip]];
      if (one !== undefined && other !== undefined && sameCall(one, other)) {
        return [skip, sum - skip];
      }
    }
  }
  return [left.length - i, right.length - j];
}

function sameCall(one: CallGroup, other: CallGroup): boolean {
  const [a, b] = [one.call, other.call];
  if (a?.call !== b?.call) {
    return false;
  }
  const isOfBind = a?.call === 'unbind' && (one.bound ?? other.bound) !== undefined;
  return isOfBind ? one.bound === other.bound : same(a?.args, b?.args);
}

/** The value of a bind is a PASID. */
function sameAnswer(one: CallGroup, other: CallGroup): boolean {
  return one.call?.call === 'bind' && one.bound !== undefined
    ? one.bound === other.bound
    : same(asValue(one.answer), asValue(other.answer));
}

function only(
  call: number,
  which: 'first' | 'second',
  group: CallGroup,
  device: RecordedDevice,
): RecordingDifference {
  const text =
    group.call === undefined ? 'what comes before all' : describeEntry(group.call, device);
  return { call, text: `only in the ${which}: ${text}` };
}

function groupDifferences(
  call: number,
  a: CallGroup,
  b: CallGroup,
  device: RecordedDevice,
  { times = false }: DiffOptions,
): readonly RecordingDifference[] {
  const title = a.call === undefined ? 'before all calls' : describeEntry(a.call, device);
  const differences: RecordingDifference[] = [];
  const note = (first: string, second: string): void => {
    differences.push({ call, text: `${title}: first ${first}, second ${second}` });
  };
  if (!sameAnswer(a, b)) {
    note(...answerDifference(a.call, a.answer, b.answer, device));
  }
  if (times && a.call?.time !== b.call?.time) {
    note(`at ${a.call?.time ?? 0} ms`, `at ${b.call?.time ?? 0} ms`);
  }
  const [left, right] = [a.meanwhile, b.meanwhile];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at], right[at]];
    if (!same(comparable(one, times), comparable(other, times))) {
      note(entryText(one, device), entryText(other, device));
    }
  }
  return differences;
}

function entryText(entry: RecordingEntry | undefined, device: RecordedDevice): string {
  return entry === undefined ? 'nothing' : describeEntry(entry, device);
}

/** PASIDs are handed out in the order of the opens of a parent, so they say nothing of this device. */
function comparable(entry: RecordingEntry | undefined, times: boolean): RecordedValue {
  if (entry === undefined) {
    return undefined;
  }
  const { time, ...rest } = entry;
  const timed = times ? { ...rest, time } : rest;
  if (timed.kind === 'event') {
    return asValue({ ...timed, event: { ...timed.event, pasid: 0 } });
  }
  return asValue('pasid' in timed ? { ...timed, pasid: 0 } : timed);
}

/** Entries and devices are made of nothing but recorded values. */
function asValue(value: object | undefined): RecordedValue {
  return value as RecordedValue;
}
