import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';

/**
 * How the values of one attribute travel, in both directions: what the client encodes the device decodes, and the other way
 * round. A value that is not of the attribute's type is refused by a RangeError or TypeError of `write`, for the caller to
 * blame it on whoever gave it; `read` refuses data by the errno of the rule they break.
 */
export interface AttributeCodec {
  /** Bytes that the largest value needs. */
  readonly room: number;
  /**
   * @param at - where the data are, all `length` bytes of them inside the message
   * @param member - the elem_id
   */
  read(message: MessageReader, at: number, length: number, member: number): unknown;
  /**
   * Gives the current attribute its data, cut to what there is room for.
   *
   * @param room - in bytes
   */
  write(message: MessageWriter, value: unknown, room: number): void;
  /** Throws EINVAL `object.attribute-length` for room that no answer may be cut to. */
  checkRoom(length: number): void;
  /** What stands for a value where there is none. */
  zero(): unknown;
}
