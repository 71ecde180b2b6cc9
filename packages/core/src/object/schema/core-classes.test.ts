import { IbUverbsAttr, UVERBS_OBJECT_ASYNC_EVENT } from '@mdevkit/uapi';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import { createObject, objectClass } from '../declare/index.js';
import {
  DeviceClass,
  driverIdOf,
  EventChannelClass,
  HANDLE_BYTES,
  MAX_ATTRIBUTE_BYTES,
  ObjectSchema,
} from './index.js';
import { implemented, methodsOf } from './schema.test-support.js';

describe('the classes of the core (Linux include/uapi/rdma/ib_user_ioctl_cmds.h)', () => {
  it('seed 002 event channel: a class of its own, named by a descriptor', () => {
    const { id, kind, namespace, methods } = EventChannelClass;
    expect([id, kind, namespace]).to.deep.equal([UVERBS_OBJECT_ASYNC_EVENT, 'fd', 'core']);
    const roles = Object.entries(methods).map(([name, { role }]) => [name, role]);
    expect(roles).to.deep.equal([
      ['create', 'create'],
      ['openDefault', 'create'],
    ]);
    expect(methods.create.attributes.flags.spec).to.deep.include({ bits: { DEVICE_EVENTS: 1 } });
  });

  it('seed 002 device and port: is there already, can be asked, and has no objects', () => {
    const { id, namespace, methods } = DeviceClass;
    expect([id, namespace]).to.deep.equal([0, 'core']);
    const roles = Object.values(methods).map(({ role }) => role);
    expect(roles).to.deep.equal(['class', 'class']);
  });

  it('uverbs §6.1 attribute length: a u16, so what is longer is read in pieces', () => {
    const row = IbUverbsAttr.document().find(({ name }) => name === 'len');
    expect(2 ** (8 * (row?.size ?? 0)) - 1).to.equal(MAX_ATTRIBUTE_BYTES);
    const { query, infoHandles } = DeviceClass.methods;
    for (const { attributes } of [query, infoHandles]) {
      expect(attributes).to.include.keys('start', 'total');
    }
    const { spec } = infoHandles.attributes.handles;
    expect(spec).to.include({ max: Math.floor(MAX_ATTRIBUTE_BYTES / HANDLE_BYTES) });
  });

  it('uverbs §6.1 driver id: FNV-1a of the name', () => {
    const ids = ['a', 'foobar', 'é'].map(driverIdOf);
    expect(ids).to.deep.equal([0xe40c292c, 0xbf9cf968, 0x1e9de8c1]);
  });

  it('uverbs §6.1 driver id: a name that gives 0 has another number', () => {
    expect(driverIdOf('ppkttia')).to.equal(0x811c9dc5);
  });

  it('uverbs §6.1 driver id: 0 without classes, as everything is the core’s then', () => {
    const make = createObject(0, {});
    const Thing = objectClass({ name: 'Thing', id: 0, methods: { make } });
    expect(ObjectSchema.build('cxlflash', [Thing]).driverId).to.equal(driverIdOf('cxlflash'));
    expect(ObjectSchema.build('cxlflash', []).driverId).to.equal(0);
    expect(ObjectSchema.build(undefined, []).driverId).to.equal(0);
    expect(ObjectSchema.build('cxlflash', []).driverName).to.equal('cxlflash');
  });

  it('uverbs §6.2 capability class: a device without classes of its driver has the core’s', () => {
    const schema = ObjectSchema.build(undefined, []);
    const tree = schema.bind([DeviceClass, EventChannelClass].map((one) => implemented(one)));
    expect(methodsOf(tree)).to.deep.equal([
      'DEVICE.infoHandles',
      'DEVICE.query',
      'EVENT_CHANNEL.create',
      'EVENT_CHANNEL.openDefault',
    ]);
  });
});
