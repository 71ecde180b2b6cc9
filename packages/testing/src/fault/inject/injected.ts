import { MdevError } from '@mdevkit/core';
import { Errno, type ErrnoName } from '@mdevkit/uapi';
import { testingReasons } from '../../errors.js';
import type { FaultAction } from '../plan.js';
import type { CallPoint } from '../table/index.js';

/** One fault that was injected. */
export interface InjectedFault {
  /** Of the plan, from 0. */
  readonly rule: number;
  /** What was met; of a call that belongs to several points the narrowest. */
  readonly at: CallPoint;
  /** Which call it was of those that the rule counts, from 1. */
  readonly nth: number;
  /** The mdev by its type and its place among those of the type, from 1: `copy-engine#1`. A UUID differs from run to run. */
  readonly mdev: string;
  readonly did: FaultAction;
}

/** One line for people. */
export function describeFault({ rule, at, nth, mdev, did }: InjectedFault): string {
  const { fault, ...rest } = did;
  const how = Object.entries(rest).map(([name, value]) => ` ${name}=${String(value)}`);
  return `rule ${rule}: ${fault}${how.join('')} at ${at} ${nth} of ${mdev}`;
}

/** What a call that is to fail throws: `fault.injected`, with the errno that the plan wants in place of the catalogue's. */
export function injectedError(
  errno: string | undefined,
  details: { readonly rule: number; readonly point: CallPoint; readonly nth: number },
): MdevError {
  const row = testingReasons['fault.injected'];
  const code = errno !== undefined && isErrno(errno) ? errno : row.errno;
  return new MdevError(code, 'fault.injected', row.text, details);
}

function isErrno(name: string): name is ErrnoName {
  return Object.hasOwn(Errno, name);
}
