import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  classMethod,
  createObject,
  destroyEventSource,
  handleOf,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
} from '../../declare/index.js';
import { DeviceClass, EventChannelClass } from '../core-classes.js';
import { ObjectSchema } from '../object-schema.js';
import { implemented } from '../schema.test-support.js';

const Cq = objectClass({
  name: 'CQ',
  id: 11,
  methods: {
    create: createObject(0, { channel: optional(handleOf(30, EventChannelClass)) }),
    resize: method(7, { cqe: valueIn(5, 'u32'), real: valueOut(2, 'u32') }),
    limits: classMethod(3, {}),
    destroy: destroyEventSource(1, {}),
  },
});

const schema = ObjectSchema.build('cqs', [Cq]);
const implementations = [DeviceClass, EventChannelClass, Cq].map((one) => implemented(one));
const tree = schema.bind(implementations);

describe('look-ups of a device (Linux include/rdma/uverbs_ioctl.h, uapi_key_obj and others)', () => {
  it('uverbs §6.2 look-up: classes and methods by the numbers of a call', () => {
    const found = tree.classes.map(({ name, wireId, kind }) => [name, wireId, kind]);
    expect(found).to.deep.equal([
      ['DEVICE', 0, 'handle'],
      ['EVENT_CHANNEL', 16, 'fd'],
      ['CQ', 0x100b, 'handle'],
    ]);
    const cq = tree.classAt(0x100b);
    expect(cq?.objectClass).to.equal(Cq);
    const names = cq?.methods.map(({ name, wireId, role }) => [name, wireId, role]);
    expect(names).to.deep.equal([
      ['create', 0x1000, 'create'],
      ['destroy', 0x1001, 'destroy'],
      ['limits', 0x1003, 'class'],
      ['resize', 0x1007, 'instance'],
    ]);
    expect(tree.method(0x100b, 0x1007)).to.equal(cq?.methods[3]);
    expect(cq?.methods.every(({ owner }) => owner === cq)).to.equal(true);
  });

  it('uverbs §6.2 look-up: numbers that nothing has', () => {
    const ofCore = [1, 11, 15, 17, 19, 20, 32, 0xfec, 0xfff];
    const none = [...ofCore, 0x1000, 0x100c, 0x2000, 0x200b, 0xffff, -1, NaN];
    for (const id of none) {
      expect(tree.classAt(id), String(id)).to.equal(undefined);
      expect(tree.method(id, 0), String(id)).to.equal(undefined);
    }
    expect(tree.method(16, 0x1000 - 21)).to.equal(undefined);
    for (const id of [0, 1, 7, 21, 22, 0x1002, 0x1008, 0x2000, 0x3007, -1, NaN, 0.5]) {
      expect(tree.method(0x100b, id), String(id)).to.equal(undefined);
    }
  });

  it('uverbs §6.2 look-up: attributes have slots in the order of their numbers, the core’s first', () => {
    const destroy = tree.method(0x100b, 0x1001);
    const slots = destroy?.attributes.map(({ name, wireId, slot }) => [name, wireId, slot]);
    expect(slots).to.deep.equal([
      ['events', 0, 0],
      ['flags', 1, 1],
      ['handle', 0x1000, 2],
    ]);
    const found = [0, 1, 0x1000, 2, 31, 32, 0x1001, 0x101e, 0x101f, 0x2000, 0xfe0, -1, NaN, 0.5];
    expect(found.map((id) => destroy?.slotOf(id))).to.deep.equal([
      0, 1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    ]);
    expect(tree.method(0x100b, 0x1000)?.slotOf(0x101e)).to.equal(1);
  });

  it('uverbs §6.2 look-up: what a call must give, and the handle of the object', () => {
    const facts = tree
      .classAt(0x100b)
      ?.methods.map(({ name, mandatory, handleSlot }) => [name, mandatory, handleSlot]);
    expect(facts).to.deep.equal([
      ['create', [0], 0],
      ['destroy', [2], 2],
      ['limits', [], -1],
      ['resize', [0, 1, 2], 0],
    ]);
    const create = tree.method(0x100b, 0x1000);
    expect(create?.attributes[0]?.target?.name).to.equal('CQ');
    expect(create?.attributes[1]?.target).to.equal(tree.classAt(16));
    expect(tree.method(0x100b, 0x1007)?.attributes[1]?.target).to.equal(undefined);
  });

  it('uverbs §6.2 look-up: devices of one schema do not share what they have', () => {
    const other = schema.bind(implementations.slice(0, 2));
    expect(other.classAt(0x100b)).to.equal(undefined);
    expect(other.classAt(16)).to.not.equal(tree.classAt(16));
    expect(tree.classAt(0x100b)?.name).to.equal('CQ');
  });
});
