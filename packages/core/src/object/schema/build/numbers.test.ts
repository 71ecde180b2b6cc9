import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  classMethod,
  createObject,
  destroyEventSource,
  destroyObject,
  extendClass,
  objectClass,
  optional,
  valueIn,
  type AttributeMap,
  type MethodMap,
} from '../../declare/index.js';
import { DeviceClass } from '../core-classes.js';
import { ObjectSchema } from '../object-schema.js';
import { classOf, expectRefused, implemented, refused } from '../schema.test-support.js';

const make = createObject(0, {});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function attributes(count: number): AttributeMap {
  return Object.fromEntries(numbers(count).map((i) => [`a${i}`, optional(valueIn(i, 'u8'))]));
}

function methods(count: number): MethodMap {
  return Object.fromEntries(numbers(count).map((i) => [`m${i}`, classMethod(i, {})]));
}

describe('the numbers of declarations (Linux include/rdma/uverbs_ioctl.h, enum uapi_radix_data)', () => {
  it('uverbs §6.1 class budget: a driver has 12 classes, numbered 0 to 11', () => {
    const classes = numbers(12).map((id) => classOf({ make }, { name: `C${id}`, id }));
    expect(refused(classes).answer).to.equal('built');
    const more = classOf({ make }, { name: 'C12', id: 12 });
    expectRefused([...classes, more], 'EOVERFLOW schema.overflow', 'C12');
    for (const id of [12, 13, 0x1000, 0x2000, 2 ** 31, 2 ** 32]) {
      const thing = classOf({ make }, { id });
      expectRefused([thing], 'EOVERFLOW schema.overflow', 'Thing');
      expect(refused([thing]).details, 'as it is written').to.include({ number: id });
    }
  });

  it('uverbs §6.1 method budget: a driver has 8 methods in a class, also in one of the core', () => {
    expect(refused([classOf(methods(8))]).answer).to.equal('built');
    expectRefused([classOf(methods(9))], 'EOVERFLOW schema.overflow', 'Thing.m8');
    expect(refused([extendClass(DeviceClass, { methods: methods(8) })]).answer).to.equal('built');
    const nine = extendClass(DeviceClass, { methods: methods(9) });
    expectRefused([nine], 'EOVERFLOW schema.overflow', 'DEVICE.m8');
  });

  it('uverbs §6.1 attribute budget: a driver has 31 attributes in a method, also in one of the core', () => {
    const thing = (count: number) => classOf({ m: classMethod(0, attributes(count)) });
    expect(refused([thing(31)]).answer).to.equal('built');
    expectRefused([thing(32)], 'EOVERFLOW schema.overflow', 'Thing.m.a31');
    const query = (count: number) =>
      extendClass(DeviceClass, { attributes: { query: attributes(count) } });
    expect(refused([query(31)]).answer).to.equal('built');
    expectRefused([query(32)], 'EOVERFLOW schema.overflow', 'DEVICE.query.a31');
  });

  it('uverbs §6.1 namespaces, seed 002 call_driver_on_object: what a driver declares has bit 12, what the core declares has not', () => {
    const Thing = objectClass({ name: 'Thing', id: 3, methods: { make, m: classMethod(7, {}) } });
    const Device = extendClass(DeviceClass, {
      methods: { m: classMethod(1, { a: valueIn(2, 'u8') }) },
      attributes: { query: { more: optional(valueIn(0, 'u8')) } },
    });
    const tree = ObjectSchema.build('driver', [Thing, Device]).bind(
      [DeviceClass, Thing, Device].map((declared) => implemented(declared)),
    );
    expect(tree.classes.map(({ wireId }) => wireId)).to.deep.equal([0, 0x1003]);
    expect(tree.method(0x1003, 0x1007)?.name).to.equal('m');
    expect(tree.method(0, 0x1001)?.attributes.map(({ wireId }) => wireId)).to.deep.equal([0x1002]);
    const query = tree.method(0, 4)?.attributes.map(({ name, wireId }) => [name, wireId]);
    expect(query?.slice(-1)).to.deep.equal([['more', 0x1000]]);
  });

  it('declaration namespace: a driver declares nothing in the namespace of the core', () => {
    const inCore = { namespace: 'core' as const };
    expectRefused([classOf({ make }, inCore)], 'EINVAL schema.namespace', 'Thing');
    const method = classOf({ make: { ...make, ...inCore } });
    expectRefused([method], 'EINVAL schema.namespace', 'Thing.make');
    const attribute = { ...valueIn(1, 'u8'), ...inCore };
    expectRefused(
      [classOf({ make, m: classMethod(1, { attribute }) })],
      'EINVAL schema.namespace',
      'Thing.m.attribute',
    );
    const query = extendClass(DeviceClass, { attributes: { query: { attribute } } });
    expectRefused([query], 'EINVAL schema.namespace', 'DEVICE.query.attribute');
  });

  it('declaration namespace: but what the core answers when a source of events is destroyed', () => {
    const destroy = destroyEventSource(1, { mine: optional(valueIn(1, 'u8')) });
    expect(refused([classOf({ make, destroy })]).answer).to.equal('built');
    const { events, flags } = destroy.attributes;
    const wrong: readonly AttributeMap[] = [
      { flags: events },
      { events: { ...events, id: 1 } },
      { events: { ...events, mandatory: true } },
      { other: flags },
    ];
    for (const attributes of wrong) {
      const { answer } = refused([classOf({ make, destroy: destroyObject(1, attributes) })]);
      expect(answer).to.equal('EINVAL schema.namespace');
    }
    expect(refused([classOf({ make, m: classMethod(1, { events }) })]).answer).to.equal(
      'EINVAL schema.namespace',
    );
  });
});
