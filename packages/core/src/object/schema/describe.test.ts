import { struct, u32 } from '@mdevkit/uapi';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  arrayOut,
  bytesIn,
  constIn,
  createObject,
  enumIn,
  fdIn,
  flagsIn,
  handleOf,
  handlesOf,
  method,
  objectClass,
  optional,
  structOut,
  valueIn,
} from '../declare/index.js';
import { describeTree, EventChannelClass, ObjectSchema } from './index.js';
import { implemented } from './schema.test-support.js';

const layout = struct('pair', { a: u32(0), b: u32(4) });
const Pd = objectClass({ name: 'PD', id: 0, methods: { create: createObject(0, {}) } });
const Cq = objectClass({
  name: 'CQ',
  id: 1,
  methods: {
    create: createObject(0, {
      cqe: valueIn(1, 'u32'),
      channel: optional(handleOf(2, EventChannelClass)),
    }),
    all: method(1, {
      memory: fdIn(1),
      flags: flagsIn(2, { SOON: 1, LATE: 4 }),
      mode: constIn(3, { OFF: 0, ON: 7 }),
      how: enumIn(4, { pair: { id: 9, layout } }),
      several: handlesOf(5, Pd, { min: 1, max: 3 }),
      text: bytesIn(6, { min: 2, max: 64 }),
      pair: structOut(7, layout),
      list: arrayOut(8, 'u64', { max: 5 }),
    }),
  },
});

const schema = ObjectSchema.build('queues', [Pd, Cq]);

describe('the catalogue of a device (own rule: a client can ask what there is)', () => {
  it('seed 002 device and port: query: classes, methods and attributes of a device, and the client’s objects', () => {
    const tree = schema.bind([Pd, Cq, EventChannelClass].map((one) => implemented(one)));
    const classes = describeTree(tree, (id) => (id === 0x1001 ? [7, 9] : []));
    expect(classes.map(({ name, id, kind, handles }) => [name, id, kind, handles])).to.deep.equal([
      ['EVENT_CHANNEL', 16, 'fd', []],
      ['PD', 0x1000, 'handle', []],
      ['CQ', 0x1001, 'handle', [7, 9]],
    ]);
    const [create, all] = classes[2]?.methods ?? [];
    expect(create).to.deep.equal({
      name: 'create',
      id: 0x1000,
      role: 'create',
      attributes: [
        {
          name: 'handle',
          id: 0x1000,
          mandatory: true,
          kind: 'handle',
          out: true,
          access: 'new',
          target: 'CQ',
        },
        { name: 'cqe', id: 0x1001, mandatory: true, kind: 'value', out: false, min: 4, max: 4 },
        {
          name: 'channel',
          id: 0x1002,
          mandatory: false,
          kind: 'handle',
          out: false,
          access: 'read',
          target: 'EVENT_CHANNEL',
        },
      ],
    });
    const facts = all?.attributes.map(({ name, mandatory, kind, id, ...rest }) => [
      name,
      mandatory,
      kind,
      id - 0x1000,
      rest,
    ]);
    expect(facts).to.deep.equal([
      ['handle', true, 'handle', 0, { out: false, access: 'write', target: 'CQ' }],
      ['memory', true, 'fd', 1, { out: false }],
      ['flags', false, 'flags', 2, { out: false, values: { SOON: 1, LATE: 4 } }],
      ['mode', true, 'const', 3, { out: false, values: { OFF: 0, ON: 7 } }],
      ['how', true, 'enum', 4, { out: false, values: { pair: 9 } }],
      ['several', true, 'handles', 5, { out: false, access: 'read', target: 'PD', min: 1, max: 3 }],
      ['text', true, 'bytes', 6, { out: false, min: 2, max: 64 }],
      ['pair', true, 'struct', 7, { out: true, min: 8, max: 8 }],
      ['list', true, 'array', 8, { out: true, min: 0, max: 5 }],
    ]);
  });

  it('seed 002 device and port: query: what the device does not have is not there; and it is JSON', () => {
    const tree = schema.bind([implemented(Pd), implemented(Cq, { without: ['all'] })]);
    const classes = describeTree(tree, () => []);
    expect(classes.map(({ name }) => name)).to.deep.equal(['PD', 'CQ']);
    const attributes = classes[1]?.methods[0]?.attributes.map(({ name }) => name);
    expect(attributes).to.deep.equal(['handle', 'cqe']);
    expect(JSON.parse(JSON.stringify(classes))).to.deep.equal(classes);
  });
});
