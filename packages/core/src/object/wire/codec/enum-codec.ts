import { failure } from '../../../errors/index.js';
import type { EnumMember } from '../../declare/index.js';
import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';
import type { AttributeCodec } from './attribute-codec.js';
import { StructCodec } from './struct-codec.js';

interface Member {
  readonly name: string;
  readonly id: number;
  readonly codec: StructCodec;
}

/** One of several structs, chosen by the elem_id. */
export class EnumCodec implements AttributeCodec {
  readonly room = 0;
  readonly #byId = new Map<number, Member>();
  readonly #byName = new Map<unknown, Member>();

  constructor(members: Readonly<Record<string, EnumMember>>) {
    for (const [name, { id, layout }] of Object.entries(members)) {
      const member = { name, id, codec: new StructCodec(layout, false) };
      this.#byId.set(id, member);
      this.#byName.set(name, member);
    }
  }

  checkRoom(length: number): void {
    throw failure('object.attribute-length', { length });
  }

  read(message: MessageReader, at: number, length: number, id: number): unknown {
    const member = this.#byId.get(id);
    if (member === undefined) {
      throw failure('object.enum', { member: id });
    }
    return { member: member.name, value: member.codec.read(message, at, length) };
  }

  write(message: MessageWriter, value: unknown): void {
    if (
      typeof value !== 'object' ||
      value === null ||
      !('member' in value) ||
      !('value' in value)
    ) {
      throw new TypeError('an enumerated value is { member, value }');
    }
    const member = this.#byName.get(value.member);
    if (member === undefined) {
      throw new RangeError(`there is no member ${String(value.member)}`);
    }
    message.member(member.id);
    member.codec.write(message, value.value, member.codec.room);
  }

  zero(): undefined {
    return undefined;
  }
}
