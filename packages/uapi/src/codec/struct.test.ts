import { expect } from 'chai';
import { describe, it } from 'mocha';
import { array, bytes, nested, overlay, pad, s32, struct, tail, u16, u32, u64 } from './index.js';
import { isStruct, u8 } from './index.js';
import type { StructValue, StructView } from './index.js';

const Header = struct('header', { id: u16(0), version: u16(2), next: u32(4) });

const Sample = struct('sample', {
  header: nested(0, Header),
  count: u32(8),
  fd: s32(12),
  address: u64(16),
  token: bytes(24, 4),
  words: array(28, u16, 2),
  pairs: array(32, Header, 2),
});

const List = struct('list', { nr: u32(0), _: pad(4, 4), items: tail(8, Header) });

describe('struct', () => {
  it('encodes at the declared offsets, little endian, missing fields 0', () => {
    const encoded = Sample.encode({ header: { version: 0x0102 }, fd: -1, words: [1, 2] });
    expect(encoded.length).to.equal(Sample.size).and.to.equal(48);
    expect([...encoded.subarray(0, 4)]).to.deep.equal([0, 0, 2, 1]);
    expect([...encoded.subarray(12, 16)]).to.deep.equal([255, 255, 255, 255]);
    expect([...encoded.subarray(24, 32)]).to.deep.equal([0, 0, 0, 0, 1, 0, 2, 0]);
  });

  it('decodes to a plain object with the types of the declaration', () => {
    const value: StructValue<typeof Sample> = Sample.decode(Sample.encode({ address: 2n ** 63n }));
    expect(value).to.deep.equal({
      header: { id: 0, version: 0, next: 0 },
      count: 0,
      fd: 0,
      address: 2n ** 63n,
      token: new Uint8Array(4),
      words: [0, 0],
      pairs: [
        { id: 0, version: 0, next: 0 },
        { id: 0, version: 0, next: 0 },
      ],
    });
  });

  it('writes big endian when told so', () => {
    const Big = struct('big', { a: u16(0), b: u16(2), c: u32(4) }, { endian: 'big' });
    expect([...Big.encode({ a: 1, c: 0x01020304 })]).to.deep.equal([0, 1, 0, 0, 1, 2, 3, 4]);
    expect(Big.decode(Big.encode({ c: 5 })).c).to.equal(5);
  });

  it('writes into bytes it is given and leaves the others alone', () => {
    const into = new Uint8Array(12).fill(0xee);
    expect(Header.encode({ next: 1 }, into, 2)).to.equal(into);
    expect([...into]).to.deep.equal([0xee, 0xee, 0, 0, 0, 0, 1, 0, 0, 0, 0xee, 0xee]);
  });

  it('takes elements of a tail up to the end of the bytes', () => {
    const encoded = List.encode({ nr: 2, items: [{ id: 1 }, { id: 2, next: 8 }] });
    expect(List.size).to.equal(8);
    expect(encoded.length).to.equal(24);
    expect(List.decode(encoded).items.map(({ id }) => id)).to.deep.equal([1, 2]);
    expect(List.decode(encoded.subarray(0, 23)).items.length).to.equal(1);
    expect(List.decode(encoded.subarray(0, 8)).items).to.deep.equal([]);
  });

  it('keeps padding out of values and zero in bytes', () => {
    expect(Object.keys(List.decode(List.encode({ nr: 1 })))).to.deep.equal(['nr', 'items']);
    expect([...List.encode({ nr: 1 }, new Uint8Array(8).fill(9))].slice(4)).to.deep.equal([
      0, 0, 0, 0,
    ]);
  });

  it('lets an overlay share the bytes of a field', () => {
    const Union = struct('union', { region: u32(0), buffer: overlay(u32(0)) });
    expect(Union.size).to.equal(4);
    expect(Union.decode(Union.encode({ region: 7 }))).to.deep.equal({ region: 7, buffer: 7 });
    expect(Union.decode(Union.encode({ buffer: 8 }))).to.deep.equal({ region: 8, buffer: 8 });
  });

  it('documents every field, padding and tail included', () => {
    expect(List.document()).to.deep.equal([
      { offset: 0, size: 4, name: 'nr', type: 'u32' },
      { offset: 4, size: 4, name: '_', type: 'padding' },
      { offset: 8, size: 0, name: 'items', type: 'struct header[]' },
    ]);
    expect(Sample.document().map(({ type }) => type)).to.deep.equal([
      'struct header',
      'u32',
      's32',
      'u64',
      'u8[4]',
      'u16[2]',
      'struct header[2]',
    ]);
  });

  it('is recognised among other values', () => {
    expect([Sample, Header].every(isStruct)).to.equal(true);
    expect([undefined, {}, 5, u32, struct].some(isStruct)).to.equal(false);
  });
});

describe('a struct that does not fit', () => {
  it('is refused with the name of the struct', () => {
    expect(() => Sample.decode(new Uint8Array(47))).to.throw(RangeError, 'struct sample: 48 bytes');
    expect(() => Header.decode(new Uint8Array(8), 1)).to.throw(RangeError, 'struct header');
    expect(() => Header.decode(new Uint8Array(8), -1)).to.throw(RangeError, 'struct header');
    expect(() => Header.encode({}, new Uint8Array(7))).to.throw(RangeError, 'struct header');
    const one = { items: [{}] };
    expect(() => List.encode(one, new Uint8Array(15))).to.throw(RangeError, 'struct list: 16');
    expect(() => Header.view().at(new DataView(new ArrayBuffer(8)), 1)).to.throw(RangeError);
  });

  it('leaves the bytes as they were', () => {
    const into = new Uint8Array(7).fill(3);
    expect(() => Header.encode({ id: 1 }, into)).to.throw(RangeError);
    expect([...into]).to.deep.equal([3, 3, 3, 3, 3, 3, 3]);
  });
});

describe('a cursor', () => {
  it('reads and writes in place, wherever it is moved', () => {
    const memory = new Uint8Array(2 * Sample.size);
    const data = new DataView(memory.buffer);
    const cursor: StructView<typeof Sample> = Sample.view().at(data);
    cursor.count = 5;
    expect(cursor.at(data, Sample.size)).to.equal(cursor);
    cursor.count = 6;
    cursor.address = 1n;
    cursor.words = [3, 4];
    cursor.token = new Uint8Array([1]);
    expect(Sample.decode(memory).count).to.equal(5);
    expect(Sample.decode(memory, Sample.size)).to.deep.include({ count: 6, words: [3, 4] });
    expect(cursor.address).to.equal(1n);
    expect([...cursor.token]).to.deep.equal([1, 0, 0, 0]);
  });

  it('moves the cursor of a nested struct along', () => {
    const data = new DataView(new ArrayBuffer(2 * Sample.size));
    const cursor = Sample.view().at(data);
    const { header } = cursor;
    cursor.header.id = 1;
    cursor.at(data, Sample.size).header.id = 2;
    expect(cursor.header).to.equal(header);
    expect([data.getUint16(0, true), data.getUint16(Sample.size, true)]).to.deep.equal([1, 2]);
  });

  it('does not write a tail past the end', () => {
    const cursor = List.view().at(new DataView(new ArrayBuffer(16)));
    cursor.items = [{ id: 1, version: 2, next: 3 }];
    expect(cursor.items).to.deep.equal([{ id: 1, version: 2, next: 3 }]);
    expect(() => (cursor.items = [...cursor.items, ...cursor.items])).to.throw(
      RangeError,
      'list.items: no room for 2 elements',
    );
  });

  it('touches nothing before it is moved onto bytes', () => {
    expect(() => struct('s', { a: u8(0) }).view().a).to.throw(RangeError);
  });
});
