import { Errno } from '@mdevkit/uapi';
import type { FaultAction } from '../plan.js';
import { broken, requireInteger, requireNumber, requireObject } from './checks.js';

/** Milliseconds at the most: some 24 days, the longest timer of the platform. */
const MAX_MS = 2 ** 31 - 1;
/** Bits that one fault turns over, at the most. */
const MAX_BITS = 65_536;

type Members = ReadonlyMap<string, unknown>;
type Parse = (members: Members, at: string) => FaultAction;

const members: Readonly<Record<FaultAction['fault'], readonly string[]>> = {
  fail: ['errno'],
  drop: [],
  duplicate: [],
  remove: [],
  delay: ['ms'],
  stall: ['ms'],
  'clock-jump': ['ms'],
  corrupt: ['bits'],
  shorten: ['to'],
  'link-down': ['ms'],
  'memory-pressure': ['calls'],
};

export const actionNames: readonly string[] = Object.keys(members);

function isFaultName(value: unknown): value is FaultAction['fault'] {
  return typeof value === 'string' && Object.hasOwn(members, value);
}

export function parseAction(value: unknown, at: string): FaultAction {
  const given = requireObject(value, at, ['fault', 'errno', 'ms', 'bits', 'to', 'calls']);
  const fault = given.get('fault');
  if (!isFaultName(fault)) {
    throw broken(`${at}.fault`, `is none of ${actionNames.join(', ')}`);
  }
  requireObject(value, at, ['fault', ...members[fault]]);
  return parsers[fault](given, at);
}

const plain =
  (fault: 'drop' | 'duplicate' | 'remove'): Parse =>
  () => ({ fault });

const timed =
  (fault: 'delay' | 'stall' | 'clock-jump'): Parse =>
  (given, at) => ({ fault, ms: requireNumber(given.get('ms'), `${at}.ms`, MAX_MS) });

const parsers: Readonly<Record<FaultAction['fault'], Parse>> = {
  fail: (given, at) => {
    const errno = given.get('errno');
    if (errno === undefined) {
      return { fault: 'fail' };
    }
    if (typeof errno !== 'string' || !Object.hasOwn(Errno, errno)) {
      throw broken(`${at}.errno`, 'is no name of an errno, such as EIO');
    }
    return { fault: 'fail', errno };
  },
  drop: plain('drop'),
  duplicate: plain('duplicate'),
  remove: plain('remove'),
  delay: timed('delay'),
  stall: timed('stall'),
  'clock-jump': timed('clock-jump'),
  corrupt: (given, at) =>
    given.has('bits')
      ? { fault: 'corrupt', bits: requireInteger(given.get('bits'), `${at}.bits`, 1, MAX_BITS) }
      : { fault: 'corrupt' },
  shorten: (given, at) =>
    given.has('to')
      ? { fault: 'shorten', to: requireInteger(given.get('to'), `${at}.to`, 0) }
      : { fault: 'shorten' },
  'link-down': (given, at) =>
    given.has('ms')
      ? { fault: 'link-down', ms: requireNumber(given.get('ms'), `${at}.ms`, MAX_MS) }
      : { fault: 'link-down' },
  'memory-pressure': (given, at) =>
    given.has('calls')
      ? { fault: 'memory-pressure', calls: requireInteger(given.get('calls'), `${at}.calls`, 1) }
      : { fault: 'memory-pressure' },
};
