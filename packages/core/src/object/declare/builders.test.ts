import { struct, u32 } from '@mdevkit/uapi';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  arrayOut,
  attributeWireId,
  bytesIn,
  classMethod,
  classWireId,
  createFdObject,
  createObject,
  destroyEventSource,
  destroyObject,
  extendClass,
  fdObjectClass,
  flagsIn,
  handleOf,
  handlesOf,
  method,
  methodWireId,
  objectClass,
  optional,
  structIn,
  structOut,
  valueIn,
} from './index.js';
import { DeviceClass, EventChannelClass } from '../schema/index.js';

const layout = struct('small', { a: u32(0) });
const Thing = objectClass({ name: 'Thing', id: 0, methods: { make: createObject(0, {}) } });

describe('how classes are declared (Linux include/rdma/uverbs_ioctl.h)', () => {
  it('declaration defaults: mandatory, read, no parent, from 0 up, no trailing bytes', () => {
    expect(valueIn(1, 'u32')).to.deep.equal({
      id: 1,
      mandatory: true,
      spec: { kind: 'value', out: false, type: 'u32' },
    });
    expect(handleOf(1, Thing).spec).to.include({ access: 'read', parent: false });
    expect(handlesOf(1, Thing, { max: 3 }).spec).to.include({ access: 'read', min: 0 });
    expect(bytesIn(1, { max: 4 }).spec).to.include({ min: 0, zeroTrailing: false });
    expect(arrayOut(1, 'u64', { max: 4 }).spec).to.include({ out: true, min: 0 });
    expect(structIn(1, layout).spec).to.include({ out: false, zeroTrailing: false });
    expect(structIn(1, layout, { zeroTrailing: true }).spec).to.include({ zeroTrailing: true });
    expect(structOut(1, layout).spec).to.include({ out: true });
    expect(method(1, {}).attributes.handle.spec).to.include({ access: 'write' });
  });

  it('declaration defaults: optional changes nothing else; flags always are', () => {
    const { mandatory, ...rest } = optional(valueIn(1, 'u32'));
    expect(mandatory).to.equal(false);
    expect(rest).to.deep.equal({ id: 1, spec: valueIn(1, 'u32').spec });
    expect(flagsIn(1, {}).mandatory).to.equal(false);
  });

  it('seed 002 create_fd_object: made as any other, by a handle that is new', () => {
    const Stream = fdObjectClass({
      name: 'Stream',
      id: 1,
      methods: { open: createFdObject(0, {}) },
    });
    expect(Stream.kind).to.equal('fd');
    expect(Stream.methods.open).to.deep.equal(Thing.methods.make);
    expect(Stream.methods.open.attributes.handle.spec).to.include({
      kind: 'handle',
      access: 'new',
    });
  });

  it('declaration reserved names: an attribute that a method has by itself cannot be given', () => {
    const handle = valueIn(1, 'u32');
    const events = handle;
    const flags = handle;
    for (const make of [createObject, createFdObject, destroyObject, destroyEventSource, method]) {
      expect(() => make(0, { handle })).to.throw(RangeError, /handle is declared/);
    }
    expect(() => destroyEventSource(0, { events })).to.throw(RangeError, /events is declared/);
    expect(() => destroyEventSource(0, { flags })).to.throw(RangeError, /flags is declared/);
    expect(classMethod(0, { handle }).attributes.handle).to.equal(handle);
  });

  it('uverbs §6.1 namespaces: the numbers of calls, as programs that have only the declaration know them', () => {
    const Many = objectClass({ name: 'Many', id: 2, methods: { end: destroyEventSource(1, {}) } });
    const { end } = Many.methods;
    expect([classWireId(Many), methodWireId(Many, end)]).to.deep.equal([0x1002, 0x1001]);
    expect(attributeWireId(Many, end, end.attributes.handle)).to.equal(0x1000);
    expect(attributeWireId(Many, end, end.attributes.events)).to.equal(0);
    expect(attributeWireId(Many, end, end.attributes.flags)).to.equal(1);
    const added = { ...classMethod(5, { a: valueIn(6, 'u8') }), namespace: 'driver' as const };
    expect(methodWireId(DeviceClass, added)).to.equal(0x1005);
    expect(attributeWireId(DeviceClass, added, added.attributes.a)).to.equal(0x1006);
    const { create } = EventChannelClass.methods;
    expect([classWireId(EventChannelClass), methodWireId(EventChannelClass, create)]).to.deep.equal(
      [16, 0],
    );
    expect(attributeWireId(EventChannelClass, create, create.attributes.capacity)).to.equal(1);
  });
});

describe('extendClass (Linux include/rdma/uverbs_named_ioctl.h, ADD_UVERBS_METHODS)', () => {
  const Device = extendClass(DeviceClass, {
    methods: { temperature: classMethod(0, { sensor: valueIn(0, 'u32') }) },
    attributes: { query: { verbose: optional(valueIn(0, 'u8')) } },
  });

  it('uverbs §6.2 extension: what is added is numbered in the namespace of the driver', () => {
    const { query, temperature } = Device.methods;
    expect(classWireId(Device)).to.equal(0);
    expect([methodWireId(Device, query), methodWireId(Device, temperature)]).to.deep.equal([
      4, 0x1000,
    ]);
    expect(attributeWireId(Device, query, query.attributes.catalogue)).to.equal(0);
    expect(attributeWireId(Device, query, query.attributes.verbose)).to.equal(0x1000);
    expect(attributeWireId(Device, temperature, temperature.attributes.sensor)).to.equal(0x1000);
  });

  it('uverbs §6.2 extension: the base stays as it was', () => {
    expect(Object.keys(DeviceClass.methods)).to.deep.equal(['query', 'infoHandles']);
    expect(DeviceClass.methods.query.attributes).to.not.have.property('verbose');
    expect(Device.methods.infoHandles).to.equal(DeviceClass.methods.infoHandles);
    expect(Device.extension.base).to.equal(DeviceClass);
  });

  it('uverbs §6.2 extension replaces: what the base has wins before the schema refuses it', () => {
    const query = classMethod(0, {});
    const wrong = extendClass(DeviceClass, { methods: { query } });
    expect(Object.keys(wrong.methods.query.attributes)).to.include('catalogue');
    const attributes = { query: { total: valueIn(7, 'u8') } };
    const { total } = extendClass(DeviceClass, { attributes }).methods.query.attributes;
    expect(total).to.equal(DeviceClass.methods.query.attributes.total);
  });

  it('uverbs §6.2 extension base: a method to extend is one of the base', () => {
    const none = { a: valueIn(0, 'u8') };
    // @ts-expect-error – the device has no such method.
    const extend = () => extendClass(DeviceClass, { attributes: { none } });
    expect(extend).to.throw(RangeError, /no method none/);
  });
});
