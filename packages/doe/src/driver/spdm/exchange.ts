import {
  MESSAGE_HEADER_SIZE,
  readHeader,
  type MessageHeader,
  type NegotiatedContext,
} from '../../abi/spdm/index.js';
import type { CertificateSlots } from './certificate-slots.js';
import type { Connection } from './connection.js';
import type { SpdmSettings } from './options.js';
import { unexpectedRequest } from './refusal.js';
import type { Session } from './session.js';

/** One request, and what its answer depends on. */
export interface Exchange {
  readonly settings: SpdmSettings;
  readonly slots: CertificateSlots;
  readonly connection: Connection;
  /** The one that it came in; undefined outside of sessions. */
  readonly session: Session | undefined;
  readonly header: MessageHeader;
  /** The whole message, with what a data object has behind it. */
  readonly request: Uint8Array;
}

/**
 * A response, and what it changes. Nothing changes before: whoever asked may be gone by then, and the answer with it.
 */
export interface Answer {
  readonly message: Uint8Array;
  /** Before the message is sealed, if it came in a session. */
  readonly before?: () => void;
  /** After that. */
  readonly after?: () => void;
  /** Instead of both, if it is never said. */
  readonly unsaid?: () => void;
}

/** Answers the requests of one code. @throws Refusal */
export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

/** What was negotiated. */
export function agreedOf({ connection }: Exchange): NegotiatedContext {
  const { version, algorithms } = connection;
  if (version === undefined || algorithms === undefined) {
    throw unexpectedRequest();
  }
  return { version, algorithms };
}

/** Zeros for what is too short to be a message. */
export function headerOf(request: Uint8Array): MessageHeader {
  return request.length < MESSAGE_HEADER_SIZE
    ? { version: 0, code: 0, param1: 0, param2: 0 }
    : readHeader(request);
}

/** Bytes of a record besides its message: the length of the message, and the tag (DSP0277 1.1). */
const SEALED_MORE = 2 + 16;
/** Bytes of a record behind its header, as 16 bits can say. */
const MOST_SEALED = 0xffff;

/** Bytes of the longest response: what both sides take, and in a session what a record has room for. */
export function roomOf({ settings, connection, session }: Exchange): number {
  const sealed = session === undefined ? Infinity : MOST_SEALED - SEALED_MORE;
  return Math.min(settings.maxMessageSize, connection.requester.room, sealed);
}

/** A request without what follows it in its data object. */
export function exactly({ request }: Exchange, length: number): Uint8Array {
  return request.subarray(0, length);
}
