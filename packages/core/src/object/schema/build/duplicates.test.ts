import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  arrayIn,
  classMethod,
  createObject,
  extendClass,
  optional,
  valueIn,
  valueOut,
  type Method,
} from '../../declare/index.js';
import { DeviceClass, EventChannelClass } from '../core-classes.js';
import { ObjectSchema } from '../object-schema.js';
import { classOf, expectRefused, implemented, methodsOf, refused } from '../schema.test-support.js';

const make = createObject(0, {});

describe('what is declared twice (Linux drivers/infiniband/core/uverbs_uapi.c, uapi_add_elm)', () => {
  it('uverbs §6.2 merged whole: one declaration that is refused is a schema that is not', () => {
    const methods: Record<string, Method> = { make };
    const good = classOf(methods);
    const bad = classOf({ make }, { name: 'Other', id: 12 });
    expectRefused([good, bad], 'EOVERFLOW schema.overflow', 'Other');
    expectRefused([bad, good], 'EOVERFLOW schema.overflow', 'Other');
    const schema = ObjectSchema.build('driver', [good]);
    methods['more'] = classMethod(1, {});
    const tree = schema.bind([implemented(good, { without: ['more'] })]);
    expect(methodsOf(tree)).to.deep.equal(['Thing.make']);
  });

  it('uverbs §6.2 class twice: a number or a name that a class of the driver has', () => {
    const thing = classOf({ make });
    expectRefused(
      [thing, classOf({ make }, { name: 'Other' })],
      'EEXIST schema.duplicate',
      'Other',
    );
    expectRefused([thing, classOf({ make }, { id: 1 })], 'EEXIST schema.duplicate', 'Thing');
    expectRefused([thing, thing], 'EEXIST schema.duplicate', 'Thing');
  });

  it('uverbs §6.2 class twice: a name that a class of the core has', () => {
    const device = classOf({ make }, { name: 'DEVICE' });
    expectRefused([device], 'EEXIST schema.duplicate', 'DEVICE');
  });

  it('uverbs §6.2 method twice: a number that a method of the class has, and the error says it as it is written', () => {
    const thing = classOf({ make, again: createObject(0, {}) });
    expectRefused([thing], 'EEXIST schema.duplicate', 'Thing.again');
    expect(refused([thing]).details).to.include({ number: 0, other: 'make' });
  });

  it('uverbs §6.2 attribute twice: a number that an attribute of the method has', () => {
    const thing = classOf({
      make,
      m: classMethod(1, { a: valueIn(1, 'u8'), b: valueIn(1, 'u32') }),
    });
    expectRefused([thing], 'EEXIST schema.duplicate', 'Thing.m.b');
  });

  it('uverbs §6.2 other type: the same number for something of another type', () => {
    const handle = classOf({ make });
    const fd = classOf({ make }, { name: 'Other', kind: 'fd' });
    expectRefused([handle, fd], 'EINVAL schema.type', 'Other');
    const roles = classOf({ make, other: classMethod(0, {}) });
    expectRefused([roles], 'EINVAL schema.type', 'Thing.other');
    const kinds = { a: valueIn(1, 'u32'), b: arrayIn(1, 'u32', { max: 1 }) };
    expectRefused([classOf({ make, m: classMethod(1, kinds) })], 'EINVAL schema.type', 'Thing.m.b');
    const sides = { a: valueIn(1, 'u32'), b: valueOut(1, 'u32') };
    expectRefused([classOf({ make, m: classMethod(1, sides) })], 'EINVAL schema.type', 'Thing.m.b');
  });

  it('uverbs §6.2 extension replaces: a method or an attribute of the core stays what it is', () => {
    const query = extendClass(DeviceClass, { methods: { query: classMethod(0, {}) } });
    expectRefused([query], 'EEXIST schema.duplicate', 'DEVICE.query');
    const attributes = { create: { capacity: optional(valueIn(0, 'u32')) } };
    const channel = extendClass(EventChannelClass, { attributes });
    expectRefused([channel], 'EEXIST schema.duplicate', 'EVENT_CHANNEL.create.capacity');
  });

  it('uverbs §6.2 extension replaces: two extensions do not replace each other either', () => {
    const one = extendClass(DeviceClass, { methods: { temperature: classMethod(0, {}) } });
    const two = extendClass(DeviceClass, { methods: { voltage: classMethod(0, {}) } });
    expectRefused([one, two], 'EEXIST schema.duplicate', 'DEVICE.voltage');
    const a = extendClass(DeviceClass, { attributes: { query: { a: valueIn(0, 'u8') } } });
    const b = extendClass(DeviceClass, { attributes: { query: { a: valueIn(1, 'u8') } } });
    expectRefused([a, b], 'EEXIST schema.duplicate', 'DEVICE.query.a');
  });

  it('uverbs §6.2 extension replaces: an extension is listed once, even one that adds nothing', () => {
    const nothing = extendClass(DeviceClass, { attributes: { query: {} } });
    expect(refused([nothing]).answer).to.equal('built');
    expectRefused([nothing, nothing], 'EEXIST schema.duplicate', 'DEVICE');
  });

  it('uverbs §6.2 extension replaces: an extension has the kind, name and number of its base', () => {
    const extended = extendClass(EventChannelClass, { methods: { m: classMethod(0, {}) } });
    const changes = [{ kind: 'handle' }, { name: 'Channel' }, { id: 3 }, { namespace: 'driver' }];
    for (const change of changes) {
      expect(refused([{ ...extended, ...change }]).answer).to.equal('EINVAL schema.type');
    }
    expect(refused([{ ...extended }]).answer).to.equal('built');
  });
});
