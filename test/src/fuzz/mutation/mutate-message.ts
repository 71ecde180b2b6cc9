import {
  commandOf,
  COMMAND_AT,
  ERRNO_AT,
  flagsOf,
  FLAGS_AT,
  HEADER_SIZE,
  ID_AT,
  NO_REPLY,
  SIZE_AT,
  TYPE_REPLY,
} from '../message/index.js';
import type { Random } from '../random/index.js';
import { fieldsOf } from './fields.js';
import { nearby, someLong, someWord } from './values.js';
import { goodVersionTexts, strangeVersionTexts } from './version-texts.js';

type Mutator = (random: Random, bytes: Uint8Array) => Uint8Array;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function flipBits(random: Random, bytes: Uint8Array): Uint8Array {
  for (let count = random.between(1, 4); count > 0 && bytes.length > 0; count--) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
}

/** A field that the command has. */
function setField(random: Random, bytes: Uint8Array): Uint8Array {
  const known = fieldsOf.get(commandOf(bytes)) ?? [{ at: 0, width: 4 }];
  const { at, width } = random.pick(known);
  const place = HEADER_SIZE + at;
  if (place + width > bytes.length) {
    return bytes;
  }
  const view = viewOf(bytes);
  if (width === 8) {
    view.setBigUint64(place, someLong(random), true);
  } else if (width === 2) {
    view.setUint16(place, someWord(random), true);
  } else {
    const value = random.chance(30)
      ? nearby(random, view.getUint32(place, true))
      : someWord(random);
    view.setUint32(place, value, true);
  }
  return bytes;
}

/** Two fields of neighbouring commands change places, or one is repeated. */
function copyWord(random: Random, bytes: Uint8Array): Uint8Array {
  const places = Math.floor((bytes.length - HEADER_SIZE) / 4);
  if (places > 1) {
    const from = HEADER_SIZE + 4 * random.below(places);
    bytes.copyWithin(HEADER_SIZE + 4 * random.below(places), from, from + 4);
  }
  return bytes;
}

function setCommand(random: Random, bytes: Uint8Array): Uint8Array {
  viewOf(bytes).setUint16(
    COMMAND_AT,
    random.chance(85) ? random.below(20) : someWord(random),
    true,
  );
  return bytes;
}

function setFlags(random: Random, bytes: Uint8Array): Uint8Array {
  const flags = flagsOf(bytes);
  const changed = random.pick([
    flags ^ NO_REPLY,
    flags ^ TYPE_REPLY,
    flags ^ 2,
    flags ^ 0x20,
    someWord(random),
  ]);
  viewOf(bytes).setUint32(FLAGS_AT, changed >>> 0, true);
  return bytes;
}

function setErrno(random: Random, bytes: Uint8Array): Uint8Array {
  viewOf(bytes).setUint32(ERRNO_AT, someWord(random), true);
  return bytes;
}

function setId(random: Random, bytes: Uint8Array): Uint8Array {
  viewOf(bytes).setUint16(ID_AT, random.chance(70) ? random.below(4) : random.next(), true);
  return bytes;
}

/** The header lies: whoever believes it is out of step. */
function setSize(random: Random, bytes: Uint8Array): Uint8Array {
  const size = random.chance(60) ? nearby(random, bytes.length) : someWord(random);
  viewOf(bytes).setUint32(SIZE_AT, size, true);
  return bytes;
}

/** The message has another length, and says so. */
function resize(random: Random, bytes: Uint8Array): Uint8Array {
  const payload = bytes.length - HEADER_SIZE;
  const length = random.chance(60)
    ? random.between(0, payload)
    : payload + random.pick([1, 2, 4, 8, 16, 100, 4096, 0x1_0000]);
  const resized = new Uint8Array(HEADER_SIZE + length);
  resized.set(bytes.subarray(0, resized.length));
  for (let at = bytes.length; at < Math.min(resized.length, bytes.length + 64); at++) {
    resized[at] = random.next();
  }
  viewOf(resized).setUint32(SIZE_AT, resized.length, true);
  return resized;
}

/** The header says one thing and less comes. */
function truncate(random: Random, bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, random.below(bytes.length));
}

function replaceVersion(random: Random, bytes: Uint8Array): Uint8Array {
  if (commandOf(bytes) !== 1) {
    return setField(random, bytes);
  }
  const text = new TextEncoder().encode(random.pick([...goodVersionTexts, ...strangeVersionTexts]));
  const changed = new Uint8Array(HEADER_SIZE + 4 + text.length);
  changed.set(bytes.subarray(0, HEADER_SIZE + 4));
  changed.set(text, HEADER_SIZE + 4);
  viewOf(changed).setUint32(SIZE_AT, changed.length, true);
  return changed;
}

/** So often as they stand here: most mutations should get past the first check. */
const mutators: readonly Mutator[] = [
  ...Array.from({ length: 12 }, () => setField),
  ...[flipBits, flipBits, copyWord, copyWord, setCommand, setFlags, setFlags, setErrno, setId],
  ...[setId, setSize, resize, resize, resize, replaceVersion, replaceVersion],
];

/** A changed copy of a message; what is too short to be one comes back as it is. */
export function mutateMessage(random: Random, bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_SIZE) {
    return bytes;
  }
  if (random.below(200) === 0) {
    return truncate(random, bytes);
  }
  return random.pick(mutators)(random, bytes.slice());
}
