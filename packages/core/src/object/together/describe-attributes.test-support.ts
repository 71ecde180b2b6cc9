import { expect } from 'chai';
import { describe, it } from 'mocha';
import { attr, outsOf, u32s, u64s, zooCall, type RawAttr } from './raw-message.test-support.js';
import { Pond } from './zoo-classes.test-support.js';
import { Tank, type Way, type TankClient } from './tank.test-support.js';

const TOOL = 4;
const ECHO = 0;
const ANSWER = 1;
const saw = attr(15, { len: 4096 });
const must = attr(5, { len: 8 });

/** What the attributes of `TOOL.echo` come to: an error, or what the handler has seen. */
async function echo({ raw, answer }: TankClient, ...attrs: readonly RawAttr[]): Promise<string> {
  const bytes = zooCall(TOOL, ECHO, [...attrs, saw]);
  const outcome = await answer(bytes);
  if (outcome !== 'ok') {
    return outcome;
  }
  const [out] = outsOf((await raw(bytes)).bytes);
  return new TextDecoder().decode(Uint8Array.from(out?.bytes ?? []));
}

/** Attributes one by one. */
export function describeAttributes({ name, connect }: Way): void {
  describe(`attributes, ${name} (Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_process_attr)`, () => {
    it('uverbs §6.3 unknown attribute: refused if the client insists on it, ignored otherwise', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      for (const id of [16, 30, 31, 0xfff]) {
        expect(await echo(client, attr(id))).to.equal('EPROTONOSUPPORT object.attribute-unknown');
        expect(await echo(client, attr(id, { flags: 0, reserved: 9 }))).to.equal('{"flags":0}');
      }
      expect(await echo(client, { id: 0, flags: 1 })).to.equal(
        'EPROTONOSUPPORT object.attribute-unknown',
      );
    });

    it('uverbs §6.3 duplicate: an attribute twice, also one that is an output', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const one = attr(0, { bytes: Uint8Array.of(1) });
      expect(await echo(client, one, one)).to.equal('EINVAL object.attribute-twice');
      expect(await echo(client, saw)).to.equal('EINVAL object.attribute-twice');
    });

    it('uverbs §6.3 missing: a mandatory attribute, seen when all others have been looked at', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      expect(await client.answer(zooCall(TOOL, ECHO, []))).to.equal(
        'EINVAL object.attribute-missing',
      );
      expect(await client.answer(zooCall(0, 0, [attr(0)]))).to.equal(
        'EINVAL object.attribute-missing',
      );
      // The unknown one comes last, and is found first.
      expect(await client.answer(zooCall(0, 0, [attr(0), attr(9)]))).to.equal(
        'EPROTONOSUPPORT object.attribute-unknown',
      );
      expect(await client.control.handles(Pond)).to.deep.equal([]);
    });

    it('uverbs §6.3 short, uverbs §6.3 long: values and structs have one length', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const wrong = 'EINVAL object.attribute-length';
      for (const [id, size] of [
        [0, 1],
        [1, 2],
        [2, 4],
        [3, 8],
        [4, 8],
        [5, 16],
        [11, 8],
      ] as const) {
        for (const length of [0, size - 1, size + 1, size * 2]) {
          expect(await echo(client, attr(id, { bytes: new Uint8Array(length) }))).to.equal(wrong);
        }
        expect(await echo(client, attr(id, { bytes: new Uint8Array(size) }))).to.match(/^\{/);
      }
      expect(await echo(client, attr(6, { bytes: new Uint8Array(15) }))).to.equal(wrong);
    });

    it('uverbs §6.3 short, uverbs §6.3 long: bytes lie between their bounds', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const bytes = (length: number): RawAttr => attr(7, { bytes: new Uint8Array(length).fill(7) });
      expect(await echo(client, bytes(1))).to.equal('EINVAL object.attribute-length');
      expect(await echo(client, bytes(2))).to.equal('{"bytes":[7,7],"flags":0}');
      expect(await echo(client, bytes(9))).to.equal('{"bytes":[7,7,7,7,7,7,7,7,7],"flags":0}');
      expect(await echo(client, bytes(16))).to.match(/^\{/);
      expect(await echo(client, bytes(17))).to.equal('EINVAL object.attribute-length');
    });

    it('uverbs §6.3 zero trailing: a longer one is understood if the rest is zero', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const later = new Uint8Array(40);
      later.set([1, 0, 0, 0, 2, 0, 0, 0, 3]);
      const seen = '{"later":{"food":1,"light":2,"salt":"3n"},"flags":0}';
      expect(await echo(client, attr(6, { bytes: later }))).to.equal(seen);
      expect(await echo(client, attr(8, { bytes: later }))).to.equal(
        '{"tail":[1,0,0,0,2,0,0,0,3,0,0,0],"flags":0}',
      );
      for (const at of [16, 39]) {
        const more = later.slice();
        more[at] = 1;
        for (const id of [6, 8]) {
          expect(await echo(client, attr(id, { bytes: more }))).to.equal(
            'EOPNOTSUPP object.attribute-tail',
          );
        }
      }
    });

    it('uverbs §6.3 reserved: the reserved byte of an attribute, and the member of one that has none', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      for (const more of [{ reserved: 1 }, { elem: 1 }]) {
        expect(await echo(client, attr(0, { bytes: Uint8Array.of(1), ...more }))).to.equal(
          'EINVAL object.attribute-reserved',
        );
        expect(await client.answer(zooCall(0, 0, [attr(0, more)]))).to.equal(
          'EINVAL object.attribute-reserved',
        );
      }
    });

    it('control attribute flags: a flag that does not exist', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      for (const flags of [2, 3, 4, 0x8000]) {
        for (const id of [0, 20]) {
          expect(await echo(client, attr(id, { flags, bytes: Uint8Array.of(1) }))).to.equal(
            'EINVAL object.attribute-flags',
          );
        }
      }
    });

    it('control payload: data that are not behind the attributes, or not in the message', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const more = { more: new Uint8Array(16) };
      const at = (data: bigint): Uint8Array =>
        zooCall(TOOL, ECHO, [attr(5, { len: 16, data }), saw], more);
      expect(await client.answer(at(56n))).to.equal('ok');
      for (const data of [0n, 55n, 57n, 72n, 0xffff_ffffn, (1n << 32n) + 56n, (1n << 64n) - 1n]) {
        expect(await client.answer(at(data)), data.toString()).to.equal('EFAULT object.payload');
      }
    });

    it('uverbs §6.3 enum: a member that does not exist, and one that is not all there', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      for (const elem of [0, 2, 4, 255]) {
        expect(await echo(client, attr(13, { elem, bytes: u32s(1) }))).to.equal(
          'EOPNOTSUPP object.enum',
        );
      }
      expect(await echo(client, attr(13, { elem: 1, bytes: u32s(9) }))).to.equal(
        '{"dose":{"member":"FOOD","value":{"grams":9}},"flags":0}',
      );
      expect(await echo(client, attr(13, { elem: 3, bytes: u64s(1n, 2n) }))).to.equal(
        '{"dose":{"member":"DROPS","value":{"drops":"1n","times":"2n"}},"flags":0}',
      );
      expect(await echo(client, attr(13, { elem: 3, bytes: u32s(9) }))).to.equal(
        'EINVAL object.attribute-length',
      );
    });

    it('uverbs §6.3 descriptor: a number that means none, and one that came with the call', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const wrong = 'EINVAL object.descriptor-index';
      for (const data of [0n, 1n, 0x7fff_ffffn, 1n << 31n, 1n << 32n, (1n << 64n) - 1n]) {
        expect(await echo(client, attr(14, { data }))).to.equal(wrong);
      }
      expect(await echo(client, attr(14, { len: 4, data: 0n }))).to.equal(
        'EINVAL object.handle-length',
      );
    });

    it('uverbs §6.3 array: too few, too many or broken elements', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      const wrong = 'EINVAL object.array-length';
      for (const length of [0, 2, 3, 5, 20]) {
        expect(await echo(client, attr(9, { bytes: new Uint8Array(length) }))).to.equal(wrong);
      }
      expect(await echo(client, attr(10, { bytes: new Uint8Array(12) }))).to.equal(wrong);
      expect(await echo(client, attr(10, { bytes: new Uint8Array(40) }))).to.equal(wrong);
      expect(await echo(client, attr(9, { bytes: u32s(1, 0xffff_ffff) }))).to.equal(
        '{"small":[1,4294967295],"flags":0}',
      );
      expect(await echo(client, attr(10, { bytes: u64s(5n, 6n) }))).to.equal(
        '{"large":["5n","6n"],"flags":0}',
      );
      expect(await echo(client, attr(10))).to.equal('{"large":[],"flags":0}');
    });

    it('uverbs §6.3 flags: 4 or 8 bytes, declared bits only, and 0 when nothing is said', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      for (const length of [0, 1, 2, 3, 5, 7, 9, 16]) {
        expect(await echo(client, attr(12, { bytes: new Uint8Array(length) }))).to.equal(
          'EINVAL object.attribute-length',
        );
      }
      for (const bytes of [u32s(2), u32s(0x4000_0000), u64s(1n << 32n), u64s(1n << 63n)]) {
        expect(await echo(client, attr(12, { bytes }))).to.equal('EINVAL object.flags');
      }
      expect(await echo(client, attr(12, { bytes: u32s(0x8000_0005) }))).to.equal(
        '{"flags":2147483653}',
      );
      expect(await echo(client, attr(12, { bytes: u64s(4n) }))).to.equal('{"flags":4}');
      expect(await echo(client)).to.equal('{"flags":0}');
    });

    it('uverbs §6.3 const: a number that is not declared', async () => {
      await using tank = new Tank(connect);
      const client = await tank.client();
      for (const value of [1n, 8n, 1n << 32n, (1n << 64n) - 2n, 7n + (1n << 53n)]) {
        expect(await echo(client, attr(11, { bytes: u64s(value) }))).to.equal(
          'EINVAL object.const',
        );
      }
      expect(await echo(client, attr(11, { bytes: u64s(7n) }))).to.equal('{"mode":"ON","flags":0}');
      expect(await echo(client, attr(11, { bytes: u64s((1n << 64n) - 1n) }))).to.equal(
        '{"mode":"BACK","flags":0}',
      );
    });

    it('uverbs §6.3 output: what there is room for is copied, and marked as valid', async () => {
      await using tank = new Tank(connect);
      const { raw, answer } = await tank.client();
      tank.zoo.answer = () => ({
        must: -1n,
        u32: 0x0102_0304,
        bytes: Uint8Array.of(1, 2, 3, 4),
        array: [5, 6],
      });
      const outs = async (...attrs: readonly RawAttr[]) =>
        outsOf((await raw(zooCall(TOOL, ANSWER, [...attrs, must]))).bytes).map(
          ({ id, flags, bytes }) => [id, flags, bytes],
        );
      const minus = [5, 2, [255, 255, 255, 255, 255, 255, 255, 255]];
      expect(await outs()).to.deep.equal([minus]);
      expect(await outs(attr(0, { len: 4 }))).to.deep.equal([[0, 2, [4, 3, 2, 1]], minus]);
      expect(await outs(attr(2, { len: 3 }))).to.deep.equal([[2, 2, [1, 2, 3]], minus]);
      expect(await outs(attr(2, { len: 60_001 }))).to.deep.equal([[2, 2, [1, 2, 3, 4]], minus]);
      expect(await outs(attr(4, { len: 4 }))).to.deep.equal([[4, 2, [5, 0, 0, 0]], minus]);
      // Nothing is said of an output that the method does not give.
      expect(await outs(attr(3, { len: 4 }))).to.deep.equal([minus]);
      const wrong = (id: number, len: number): Promise<string> =>
        answer(zooCall(TOOL, ANSWER, [attr(id, { len }), must]));
      expect(await wrong(0, 3)).to.equal('EINVAL object.attribute-length');
      expect(await wrong(0, 5)).to.equal('EINVAL object.attribute-length');
      expect(await wrong(1, 0)).to.equal('EINVAL object.attribute-length');
      expect(await wrong(2, 1)).to.equal('EINVAL object.attribute-length');
      expect(await wrong(4, 0)).to.equal('EINVAL object.array-length');
      expect(await wrong(4, 6)).to.equal('EINVAL object.array-length');
    });

    it('uverbs §6.3 struct output: an older client gets a part, and a newer one zeros behind it', async () => {
      await using tank = new Tank(connect);
      const { raw } = await tank.client();
      tank.zoo.answer = () => ({
        must: 0n,
        bytes: new Uint8Array(64).fill(255),
        care: { food: 1, salt: 2n },
      });
      const care = async (len: number): Promise<number[] | undefined> => {
        const call = zooCall(TOOL, ANSWER, [attr(2, { len: 64 }), attr(1, { len }), must]);
        return outsOf((await raw(call)).bytes).find(({ id }) => id === 1)?.bytes;
      };
      const whole = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
      expect(await care(16)).to.deep.equal(whole);
      expect(await care(9)).to.deep.equal(whole.slice(0, 9));
      expect(await care(4)).to.deep.equal(whole.slice(0, 4));
      expect(await care(24)).to.deep.equal([...whole, ...new Array<number>(8).fill(0)]);
    });
  });
}
