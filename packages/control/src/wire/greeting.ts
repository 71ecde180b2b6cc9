import { failure } from '../errors.js';
import { HEADER_SIZE, MAX_ERROR, MOST_DESCRIPTORS } from './frame.js';

/** `mdct` in the order of the bytes. */
const MAGIC = 0x7463_646d;
/** The version that is spoken here. */
export const WIRE_VERSION = 1;
/** Bytes of the longest name of a driver. */
const MAX_NAME = 256;
const FIXED = 20;
/** Bytes of the largest greeting, which may be a refusal. */
export const MAX_GREETING = HEADER_SIZE + Math.max(FIXED + MAX_NAME, MAX_ERROR);

/** Bytes of the smallest and the largest message that a server may take at the most: a header, and what it may allocate. */
const SMALLEST_MESSAGE = 24;
export const LARGEST_MESSAGE = 2 ** 26;

/** What a server says at first: whose classes there are, and how much goes into one call. */
export interface Greeting {
  readonly driverId: number;
  readonly driver: string;
  /** Bytes of the largest message, request or reply. */
  readonly maxMessage: number;
  /** Descriptors of one call or reply. */
  readonly maxDescriptors: number;
}

/** The payload of a greeting: {u32 magic, u16 version, u16 max_descriptors, u32 driver_id, u32 max_message, u32 0, name}. */
export function encodeGreeting(greeting: Greeting): Uint8Array {
  const name = new TextEncoder().encode(greeting.driver).subarray(0, MAX_NAME);
  const payload = new Uint8Array(FIXED + name.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, WIRE_VERSION, true);
  view.setUint16(6, greeting.maxDescriptors, true);
  view.setUint32(8, greeting.driverId, true);
  view.setUint32(12, greeting.maxMessage, true);
  payload.set(name, FIXED);
  return payload;
}

/** Throws EPROTO `control.greeting` for what is none, and EPROTONOSUPPORT `control.version`. */
export function decodeGreeting(payload: Uint8Array): Greeting {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.length < FIXED || view.getUint32(0, true) !== MAGIC) {
    throw failure('control.greeting', { problem: 'no greeting' });
  }
  const version = view.getUint16(4, true);
  if (version !== WIRE_VERSION) {
    throw failure('control.version', { version, spoken: WIRE_VERSION });
  }
  const greeting = {
    driverId: view.getUint32(8, true),
    driver: new TextDecoder().decode(payload.subarray(FIXED)),
    maxMessage: view.getUint32(12, true),
    maxDescriptors: view.getUint16(6, true),
  };
  requireSane(greeting, payload.length - FIXED);
  return greeting;
}

function requireSane({ maxMessage, maxDescriptors }: Greeting, name: number): void {
  const isSane =
    maxMessage >= SMALLEST_MESSAGE &&
    maxMessage <= LARGEST_MESSAGE &&
    maxDescriptors <= MOST_DESCRIPTORS &&
    name <= MAX_NAME;
  if (!isSane) {
    throw failure('control.greeting', { problem: 'limits', maxMessage, maxDescriptors, name });
  }
}
