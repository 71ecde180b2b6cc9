import { expect } from 'chai';
import { describe, it } from 'mocha';
import { zooCall, attr, outsOf, rawMessage, u32s } from './raw-message.test-support.js';
import { Tank, type Way } from './tank.test-support.js';

const POND = 0;
const CREATE = 0;
const LOOK = 3;
const depth = attr(1, { bytes: u32s(3) });
const create = [attr(0), depth];

/** Headers, and what a device has. */
export function describeHeader({ name, connect }: Way): void {
  describe(`the header of a call, ${name} (Linux drivers/infiniband/core/uverbs_ioctl.c, ib_uverbs_ioctl)`, () => {
    it('uverbs §6.1 form: the reply has the header and the outputs, and what is short stands in them', async () => {
      await using tank = new Tank(connect);
      const { raw } = await tank.client();
      const { bytes, descriptors } = await raw(zooCall(POND, CREATE, create));
      expect(bytes.length).to.equal(40);
      expect(descriptors).to.deep.equal([]);
      expect(outsOf(bytes)).to.deep.equal([{ id: 0, flags: 2, bytes: [] }]);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const handle = view.getBigUint64(32, true);
      const look = await raw(zooCall(POND, LOOK, [attr(0, { data: handle }), attr(1, { len: 4 })]));
      expect(outsOf(look.bytes)).to.deep.equal([{ id: 1, flags: 2, bytes: [0, 0, 0, 0] }]);
    });

    it('uverbs §6.1 length: it is that of header and attributes, at most a page, and all of it is there', async () => {
      await using tank = new Tank(connect);
      const { answer } = await tank.client();
      const whole = zooCall(POND, CREATE, create);
      for (const length of [0, 23, 24, 55, 57, 0xffff]) {
        const bytes = zooCall(POND, CREATE, create, { length });
        expect(await answer(bytes), length.toString()).to.equal('EINVAL object.length');
      }
      for (const count of [0, 1, 3, 0xffff]) {
        expect(await answer(zooCall(POND, CREATE, create, { count }))).to.equal(
          'EINVAL object.length',
        );
      }
      for (const size of [0, 1, 23, 24, 40, 55]) {
        expect(await answer(whole.subarray(0, size))).to.equal('EINVAL object.length');
      }
      const many = Array.from({ length: 255 }, (_, i) => attr(i % 31, { flags: 0 }));
      expect(await answer(zooCall(POND, CREATE, many))).to.equal('EINVAL object.length');
      expect(await answer(zooCall(POND, CREATE, create))).to.equal('ok');
    });

    it('uverbs §6.1 reserved: a reserved field of the header is not zero', async () => {
      await using tank = new Tank(connect);
      const { answer } = await tank.client();
      for (const more of [{ reserved1: 1n }, { reserved1: 1n << 63n }, { reserved2: 1 }]) {
        expect(await answer(zooCall(POND, CREATE, create, more))).to.equal(
          'EPROTONOSUPPORT object.reserved',
        );
      }
    });

    it('uverbs §6.1 driver_id: a call for another driver, and one for none', async () => {
      await using tank = new Tank(connect);
      const { answer } = await tank.client();
      expect(await answer(zooCall(POND, CREATE, create, { driver: 1 }))).to.equal(
        'EINVAL object.driver',
      );
      expect(await answer(zooCall(POND, CREATE, create, { driver: 0 }))).to.equal(
        'EPROTONOSUPPORT object.unknown',
      );
      const attrs = [
        { id: 0, bytes: u32s(0) },
        { id: 1, len: 4 },
        { id: 2, len: 8 },
      ];
      const handles = rawMessage({ object: 0, method: 1, driver: 0, attrs });
      expect(await answer(handles)).to.equal('ok');
    });

    it('control message size: more than the device takes, or gives', async () => {
      await using tank = new Tank(connect, { maxMessage: 1024 });
      const { answer } = await tank.client();
      const more = (size: number): Uint8Array => new Uint8Array(size - 56);
      const big = (size: number): Uint8Array => zooCall(POND, CREATE, create, { more: more(size) });
      expect(await answer(big(1024))).to.equal('ok');
      const answers = await answer(big(1025));
      expect(answers).to.equal('EMSGSIZE object.message-size');
      tank.zoo.answer = () => ({ must: 1n, bytes: new Uint8Array(1024) });
      const tool = zooCall(4, 1, [attr(2, { len: 2000 }), attr(5, { len: 8 })]);
      expect(await answer(tool)).to.equal('EMSGSIZE object.message-size');
      expect(await answer(zooCall(4, 1, [attr(2, { len: 20 }), attr(5, { len: 8 })]))).to.equal(
        'ok',
      );
    });

    it('uverbs §6.3 unknown method: a class or method that the device does not have', async () => {
      await using tank = new Tank(connect);
      const { answer } = await tank.client();
      const unknown = 'EPROTONOSUPPORT object.unknown';
      for (const [object, method] of [
        [5, 0],
        [11, 0],
        [12, 0],
        [0xfff, 0],
        [POND, 4],
        [POND, 0xfff],
      ] as const) {
        expect(await answer(zooCall(object, method, create))).to.equal(unknown);
      }
      for (const [object, method] of [
        [POND, CREATE],
        [0x1000, 0],
        [0, 0x1000],
        [0x3000, 0x1000],
        [0xffff, 0xffff],
      ] as const) {
        expect(await answer(rawMessage({ object, method, attrs: create }))).to.equal(unknown);
      }
    });
  });
}
