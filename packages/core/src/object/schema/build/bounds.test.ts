import { bytes, struct, tail, u8 } from '@mdevkit/uapi';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  arrayIn,
  bytesIn,
  bytesOut,
  classMethod,
  constIn,
  enumIn,
  fdIn,
  flagsIn,
  handlesOf,
  structIn,
  structOut,
  valueIn,
  createObject,
  type Attribute,
} from '../../declare/index.js';
import { classOf, expectRefused, refused } from '../schema.test-support.js';

const Other = classOf({ make: createObject(0, {}) }, { name: 'Other', id: 1 });

function built(a: Attribute): string {
  return refused([classOf({ m: classMethod(0, { a }) }), Other]).answer;
}

const small = struct('small', { a: u8(0) });
const large = struct('large', { all: bytes(0, 65_535) });
const tooLarge = struct('too_large', { all: bytes(0, 65_536) });

describe('sizes and numbers of attributes (Linux include/uapi/rdma/rdma_user_ioctl_cmds.h, struct ib_uverbs_attr)', () => {
  it('declaration sizes: an attribute has 65535 bytes at the most, its length being a u16', () => {
    for (const fine of [
      bytesIn(1, { max: 65_535 }),
      bytesOut(1, { min: 7, max: 7 }),
      arrayIn(1, 'u32', { max: 16_383 }),
      arrayIn(1, 'u64', { max: 8191 }),
      handlesOf(1, Other, { max: 8191 }),
      structIn(1, large),
      enumIn(1, { large: { id: 255, layout: large } }),
    ]) {
      expect(built(fine)).to.equal('built');
    }
    for (const wrong of [
      bytesIn(1, { max: 65_536 }),
      arrayIn(1, 'u32', { max: 16_384 }),
      arrayIn(1, 'u64', { max: 8192 }),
      handlesOf(1, Other, { max: 8192 }),
      structIn(1, tooLarge),
      enumIn(1, { small: { id: 0, layout: small }, large: { id: 1, layout: tooLarge } }),
    ]) {
      expect(built(wrong)).to.equal('EINVAL schema.bounds');
    }
  });

  it('declaration tail: a struct whose elements follow it, and were left out of what was read, is refused (include/uapi/rdma/rdma_user_ioctl_cmds.h, struct ib_uverbs_attr: one length)', () => {
    const open = struct('open', { a: u8(0), rest: tail(1, u8) });
    for (const wrong of [
      structIn(1, open),
      structOut(1, open),
      enumIn(1, { small: { id: 0, layout: small }, open: { id: 1, layout: open } }),
    ]) {
      expect(built(wrong)).to.equal('EINVAL schema.bounds');
    }
    const m = classMethod(0, { fine: structIn(1, small), wrong: structIn(2, open) });
    expectRefused([classOf({ m })], 'EINVAL schema.bounds', 'Thing.m.wrong');
  });

  it('declaration sizes: the least is not more than the most, and both are counts', () => {
    const ranges = [{ min: 2, max: 1 }, { min: -1, max: 1 }, { max: -1 }, { max: 1.5 }];
    for (const range of [...ranges, { min: 0.5, max: 1 }, { max: NaN }, { max: Infinity }]) {
      expect(built(bytesIn(1, range))).to.equal('EINVAL schema.bounds');
      expect(built(arrayIn(1, 'u32', range))).to.equal('EINVAL schema.bounds');
      expect(built(handlesOf(1, Other, range))).to.equal('EINVAL schema.bounds');
    }
  });

  it('declaration numbers: those of names are integers, each once, and only a constant is below 0', () => {
    const least = { a: 0, b: 1 };
    expect(built(constIn(1, { ...least, last: 2 ** 53 - 1, first: 1 - 2 ** 53 }))).to.equal(
      'built',
    );
    expect(built(flagsIn(1, { ...least, last: 2 ** 31 }))).to.equal('built');
    expect(built(flagsIn(1, {}))).to.equal('built');
    const members = (ids: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, { id, layout: small }]));
    expect(built(enumIn(1, members({ ...least, last: 255 })))).to.equal('built');
    for (const values of [{ a: 1, b: 1 }, { a: 0.5 }, { a: NaN }, { a: 2 ** 53 }]) {
      expect(built(constIn(1, values))).to.equal('EINVAL schema.bounds');
      expect(built(flagsIn(1, values))).to.equal('EINVAL schema.bounds');
      expect(built(enumIn(1, members(values)))).to.equal('EINVAL schema.bounds');
    }
    expect(built(flagsIn(1, { a: -1 }))).to.equal('EINVAL schema.bounds');
    expect(built(enumIn(1, members({ a: -1 })))).to.equal('EINVAL schema.bounds');
    expect(built(flagsIn(1, { a: 2 ** 32 }))).to.equal('EINVAL schema.bounds');
    expect(built(enumIn(1, members({ a: 256 })))).to.equal('EINVAL schema.bounds');
  });

  it('declaration numbers: one of no names could never be given', () => {
    expect(built(constIn(1, {}))).to.equal('EINVAL schema.bounds');
    expect(built(enumIn(1, {}))).to.equal('EINVAL schema.bounds');
  });

  it('declaration sizes: integers and descriptors have none to be checked', () => {
    expect(built(fdIn(1))).to.equal('built');
    expect(built(valueIn(1, 's64'))).to.equal('built');
  });

  it('declaration sizes: the error says where', () => {
    const m = classMethod(0, { fine: valueIn(1, 'u8'), wrong: bytesIn(2, { min: 3, max: 2 }) });
    expectRefused([classOf({ m })], 'EINVAL schema.bounds', 'Thing.m.wrong');
  });
});
