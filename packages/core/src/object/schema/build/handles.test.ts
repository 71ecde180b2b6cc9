import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  classMethod,
  createFdObject,
  createObject,
  destroyObject,
  extendClass,
  handleOf,
  handlesOf,
  method,
  newHandle,
  optional,
  selfHandle,
  valueIn,
  type Attribute,
  type Method,
} from '../../declare/index.js';
import { DeviceClass, EventChannelClass } from '../core-classes.js';
import { ObjectSchema } from '../object-schema.js';
import { classOf, expectRefused, implemented, refused } from '../schema.test-support.js';

const make = createObject(0, {});
const Other = classOf({ make }, { name: 'Other', id: 1 });

/** A method as plain JavaScript may put it together. */
function raw(role: Method['role'], attributes: Readonly<Record<string, unknown>>): Method {
  return { id: 1, role, attributes: attributes as Readonly<Record<string, Attribute>> };
}

function refusal(m: Method): readonly [string, unknown] {
  const { answer, details } = refused([classOf({ make, m }), Other]);
  return [answer, details['attribute']];
}

describe('handles of methods (Linux drivers/infiniband/core/uverbs_uapi.c, uapi_finalize_ioctl_method)', () => {
  it('uverbs §6.2 two handles: one object is created or destroyed at the most', () => {
    const handle = newHandle(0);
    const both = { handle, second: newHandle(1) };
    expect(refusal(raw('create', both))).to.deep.equal(['EINVAL schema.two-handles', 'second']);
    const swap = { handle, old: selfHandle(1, 'destroy') };
    expect(refusal(raw('create', swap))).to.deep.equal(['EINVAL schema.two-handles', 'old']);
    const extended = extendClass(EventChannelClass, {
      attributes: { create: { second: newHandle(1) } },
    });
    const place = 'EVENT_CHANNEL.create.second';
    expectRefused([extended], 'EINVAL schema.two-handles', place);
  });

  it('uverbs §6.2 optional handle: what is created, destroyed or worked on must be named', () => {
    for (const [role, attribute] of [
      ['create', optional(newHandle(0))],
      ['destroy', optional(selfHandle(0, 'destroy'))],
      ['instance', optional(selfHandle(0, 'write'))],
    ] as const) {
      const answer = refusal(raw(role, { handle: attribute }));
      expect(answer).to.deep.equal(['EINVAL schema.optional-handle', 'handle']);
    }
  });

  it('uverbs §6.2 handle arrays: several objects are read or written, and are handles', () => {
    const several = handlesOf(1, Other, { max: 4, access: 'write' });
    expect(refusal(classMethod(1, { several }))[0]).to.equal('built');
    for (const access of ['new', 'destroy']) {
      const wrong = { ...several, spec: { ...several.spec, access } };
      const answer = refusal(raw('class', { several: wrong }));
      expect(answer).to.deep.equal(['EINVAL schema.array-access', 'several']);
    }
    const descriptors = handlesOf(1, EventChannelClass, { max: 1 });
    expect(refusal(classMethod(1, { descriptors }))).to.deep.equal([
      'EINVAL schema.array-access',
      'descriptors',
    ]);
  });

  it('declaration role: a method has the handle that its role needs, and no other', () => {
    const self = selfHandle(0, 'write');
    const ofOther = { ...newHandle(0), spec: { ...newHandle(0).spec, of: Other } };
    const wrong: readonly Method[] = [
      raw('create', {}),
      raw('create', { handle: self }),
      raw('create', { handle: newHandle(0), self: selfHandle(1, 'read') }),
      raw('create', { handle: ofOther }),
      raw('destroy', {}),
      raw('destroy', { handle: self }),
      raw('instance', {}),
      raw('instance', { handle: newHandle(0) }),
      raw('instance', { handle: self, second: selfHandle(1, 'read') }),
      raw('class', { handle: self }),
      raw('class', { handle: ofOther }),
      raw('class', { handle: selfHandle(0, 'destroy') }),
    ];
    for (const m of wrong) {
      expect(refusal(m)[0]).to.equal('EINVAL schema.role');
    }
  });

  it('declaration role: close(2) destroys a descriptor object, and no method does', () => {
    const fd = { kind: 'fd' as const };
    const methods = { make: createFdObject(0, {}), end: destroyObject(1, {}) };
    expectRefused([classOf(methods, fd)], 'EINVAL schema.role', 'Thing.end');
  });

  it('declaration role: only what is created has a parent', () => {
    const parent = handleOf(1, Other, { parent: true });
    expect(refusal(createObject(1, { parent }))[0]).to.equal('built');
    expect(refusal(method(1, { parent }))).to.deep.equal(['EINVAL schema.role', 'parent']);
  });

  it('declaration role: a class that nothing is created of has no methods of objects', () => {
    expectRefused([classOf({ m: method(0, {}) })], 'EINVAL schema.role', 'Thing.m');
    expectRefused([classOf({ end: destroyObject(0, {}) })], 'EINVAL schema.role', 'Thing.end');
    const extended = extendClass(DeviceClass, { methods: { m: method(0, {}) } });
    expectRefused([extended], 'EINVAL schema.role', 'DEVICE.m');
    expect(refused([classOf({ m: classMethod(0, {}) })]).answer).to.equal('built');
  });

  it('declaration descriptor access: a descriptor object is only read', () => {
    const channel = handleOf(1, EventChannelClass, { access: 'write' });
    expect(refusal(classMethod(1, { channel }))).to.deep.equal([
      'EINVAL schema.descriptor-access',
      'channel',
    ]);
    const methods = (access: 'read' | 'write') => ({ make, m: method(1, {}, access) });
    expectRefused(
      [classOf(methods('write'), { kind: 'fd' })],
      'EINVAL schema.descriptor-access',
      'Thing.m.handle',
    );
    expect(refused([classOf(methods('read'), { kind: 'fd' })]).answer).to.equal('built');
  });

  it('uverbs §6.2 unknown target: a handle is one of a class of the schema', () => {
    const target = handleOf(1, Other);
    expectRefused(
      [classOf({ make, m: classMethod(1, { target }) })],
      'EINVAL schema.unknown-target',
      'Thing.m.target',
    );
    const twin = classOf({ make }, { name: 'Other', id: 1 });
    expectRefused(
      [classOf({ make, m: classMethod(1, { several: handlesOf(1, twin, { max: 1 }) }) }), Other],
      'EINVAL schema.unknown-target',
      'Thing.m.several',
    );
  });

  it('uverbs §6.2 unknown target: the core’s classes, also extended, are always there', () => {
    const Channel = extendClass(EventChannelClass, {
      attributes: { create: { more: optional(valueIn(0, 'u8')) } },
    });
    const m = classMethod(1, { base: handleOf(1, EventChannelClass), own: handleOf(2, Channel) });
    expect(refused([classOf({ make, m }), Channel]).answer).to.equal('built');
    expect(refused([classOf({ make, m })]).answer).to.equal('EINVAL schema.unknown-target');
  });

  it('declaration copies: the classes of another copy of the package are the core’s', () => {
    const Channel = { ...EventChannelClass };
    const Device = extendClass({ ...DeviceClass }, { methods: { more: classMethod(0, {}) } });
    const m = classMethod(1, { channel: handleOf(1, Channel) });
    const Thing = classOf({ make, m });
    expect(refused([Thing, Device]).answer).to.equal('built');
    const schema = ObjectSchema.build('driver', [Thing, Device]);
    const used = [DeviceClass, EventChannelClass, Thing, Device].map((one) => implemented(one));
    const tree = schema.bind(used);
    expect(tree.method(0x1000, 0x1001)?.attributes[0]?.target).to.equal(tree.classAt(16));
    expect(tree.method(0, 0x1000)?.name).to.equal('more');
    for (const change of [{ name: 'CHANNEL' }, { id: 17 }, { kind: 'handle' as const }]) {
      const other = classMethod(1, { channel: handleOf(1, { ...Channel, ...change }) });
      const { answer } = refused([classOf({ make, m: other })]);
      expect(answer).to.equal('EINVAL schema.unknown-target');
    }
  });

  it('uverbs §6.2 extension base: only a class of the core is extended', () => {
    const own = extendClass(Other, { methods: { more: classMethod(1, {}) } });
    expectRefused([Other, own], 'EINVAL schema.not-core', 'Other');
    const twice = extendClass(extendClass(DeviceClass, {}), {});
    expectRefused([twice], 'EINVAL schema.not-core', 'DEVICE');
    for (const change of [{ name: 'DEVICES' }, { id: 1 }, { kind: 'fd' as const }]) {
      const alike = extendClass({ ...DeviceClass, ...change }, {});
      expect(refused([alike]).answer).to.equal('EINVAL schema.not-core');
    }
  });

  it('uverbs §6.2 extension base: nor a method that it does not have', () => {
    const extended = extendClass(DeviceClass, {});
    const extension = { ...extended.extension, attributes: { none: { a: valueIn(0, 'u8') } } };
    expectRefused([{ ...extended, extension }], 'EINVAL schema.not-core', 'DEVICE.none');
  });
});
