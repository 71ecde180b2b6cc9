import { ByteReader, malformed } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import { isSpdmVersion, type SpdmContext, type SpdmVersion } from '../context.js';

/** The four bytes that every message begins with. */
export interface MessageHeader {
  /** Any byte: an ERROR of a responder may say what it likes. */
  readonly version: number;
  /** SPDM_GET_VERSION … */
  readonly code: number;
  readonly param1: number;
  readonly param2: number;
}

/** What a decoder gives. */
export interface Decoded<T> {
  readonly message: T;
  /** Exact bytes of the message; what a data object has behind it is padding, and in no transcript. */
  readonly length: number;
}

/** A message of which only header and version are known. */
export interface PlainMessage {
  readonly version: SpdmVersion;
}

/** Bytes of a header. */
export const MESSAGE_HEADER_SIZE = 4;

/**
 * The header of any message, whatever comes behind it.
 *
 * @throws MdevError doe.spdm-malformed: fewer than four bytes
 */
export function readHeader(bytes: Uint8Array): MessageHeader {
  return takeHeader(new ByteReader(bytes));
}

/** A message that begins so. */
export function writeHeader(version: number, code: number, param1 = 0, param2 = 0): ByteWriter {
  return new ByteWriter().u8(version).u8(code).u8(param1).u8(param2);
}

/** The header of a message of one kind. @throws MdevError doe.spdm-malformed: another kind, or a version that nobody speaks */
export function takeKnownHeader(
  reader: ByteReader,
  code: number,
): MessageHeader & { readonly version: SpdmVersion } {
  const { version, code: found, param1, param2 } = takeHeader(reader);
  if (found !== code) throw malformed('another code');
  if (!isSpdmVersion(version)) throw malformed('unknown version');
  return { version, code, param1, param2 };
}

/** The header of a message of one kind and the version that was agreed on. */
export function takeAgreedHeader(
  reader: ByteReader,
  code: number,
  { version }: SpdmContext,
): MessageHeader & { readonly version: SpdmVersion } {
  const header = takeKnownHeader(reader, code);
  if (header.version !== version) throw malformed('another version than agreed on');
  return header;
}

/** A whole message that is nothing but a header. */
export function decodePlain(
  bytes: Uint8Array,
  code: number,
  context: SpdmContext,
): Decoded<MessageHeader & { readonly version: SpdmVersion }> {
  const reader = new ByteReader(bytes);
  const message = takeAgreedHeader(reader, code, context);
  return { message, length: reader.end() };
}

function takeHeader(reader: ByteReader): MessageHeader {
  return { version: reader.u8(), code: reader.u8(), param1: reader.u8(), param2: reader.u8() };
}
