import { VFIO_USER_NO_REPLY, VFIO_USER_TYPE_MASK, VFIO_USER_TYPE_REPLY } from '@mdevkit/uapi';
import { commandName } from '../protocol/index.js';
import type { Malformed } from '../wire/index.js';
import type { LimitedLog } from './limited-log.js';

/** A message that is refused unread: of it no more than this is believed. */
export interface Refused {
  readonly id: number;
  readonly command: number;
  readonly flags: number;
  /** Undefined for a reply when none can be due. */
  readonly malformed: Malformed | undefined;
}

/** Nobody knows where the next message begins. */
export function isLastOfAll({ malformed }: Refused): boolean {
  return malformed === 'size' || malformed === 'too-large';
}

/** Whether a message may be answered at all: nobody answers an answer, whatever is wrong with it. */
export function wantsReply(flags: number): boolean {
  const isReply = (flags & VFIO_USER_TYPE_MASK) === VFIO_USER_TYPE_REPLY;
  return !isReply && (flags & VFIO_USER_NO_REPLY) === 0;
}

export function warnOf(log: LimitedLog, { id, command, malformed }: Refused): void {
  log.warn('the client sent what is no message', {
    id,
    command: commandName(command),
    problem: malformed ?? 'reply',
  });
}
