import { type DoeFeature } from '@mdevkit/doe';
import { type ConfigTrace } from './config-trace.js';

/** Answers with what it was asked. */
export function echo(vendor: number, type: number): DoeFeature {
  return { vendor, type, handle: (request) => request.slice() };
}

/** Answers with what it was asked, when the requester has looked `polls` times whether there is an answer. */
export function lateEcho(
  vendor: number,
  type: number,
  trace: ConfigTrace,
  polls: number,
): DoeFeature {
  return {
    vendor,
    type,
    handle: async (request, { at }) => {
      const answer = request.slice();
      await trace.until(new RegExp(`^R${(at + STATUS).toString(16)}=`), polls);
      return answer;
    },
  };
}

/** The DOE Status register in its capability. */
const STATUS = 0x0c;
