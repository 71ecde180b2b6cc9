import { MdevError, type ErrorDetails } from '@mdevkit/core';
import { errnoName } from '@mdevkit/uapi';
import { controlReasons } from '../errors.js';
import { MAX_ERROR } from './frame.js';

/** Characters of a text that is kept of an error which is too long. */
const SHORT = 256;

/** The payload of a reply that failed: the error as JSON, without its details if they make it too long. */
export function encodeError(error: MdevError): Uint8Array {
  const json = error.toJSON();
  const whole = new TextEncoder().encode(JSON.stringify(json));
  if (whole.length <= MAX_ERROR) {
    return whole;
  }
  const { errno, code } = json;
  const reason = json.reason.slice(0, SHORT);
  const message = json.message.slice(0, SHORT);
  return new TextEncoder().encode(JSON.stringify({ errno, code, reason, message }));
}

/**
 * The error of a reply that failed, as the server has thrown it. A number that Linux does not name is EIO, and one that
 * comes without its reason is `control.bad-reply`. Never throws.
 */
export function decodeError(errno: number, payload: Uint8Array): MdevError {
  const name = errnoName(errno);
  const members = membersOf(payload);
  const { reason, message } = members;
  if (name === undefined || typeof reason !== 'string' || typeof message !== 'string') {
    const { text } = controlReasons['control.bad-reply'];
    return new MdevError(name ?? 'EIO', 'control.bad-reply', text, { errno });
  }
  const details = detailsOf(members.details);
  return new MdevError(name, reason, textOf(message, `${name} ${reason}: `, details), details);
}

interface Members {
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

function membersOf(payload: Uint8Array): Members {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function detailsOf(value: unknown): ErrorDetails {
  const details: Record<string, string | number | boolean> = {};
  if (typeof value === 'object' && value !== null) {
    for (const [name, detail] of Object.entries(value)) {
      if (typeof detail === 'string' || typeof detail === 'number' || typeof detail === 'boolean') {
        details[name] = detail;
      }
    }
  }
  return details;
}

/** The sentence of a message, without what the error puts before and behind it. */
function textOf(message: string, head: string, details: ErrorDetails): string {
  const parts = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`);
  const end = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  const isWhole = message.startsWith(head) && message.endsWith(end);
  return isWhole ? message.slice(head.length, message.length - end.length) : message;
}
