import { describe, it } from 'mocha';
import { toDisposable } from '../../../lifecycle/index.js';
import { expect } from 'chai';
import {
  classMethod,
  createFdObject,
  createObject,
  destroyObject,
  extendClass,
  fdObjectClass,
  handleOf,
  handlesOf,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
} from '../../declare/index.js';
import { outcome } from '../../../errors/outcome.test-support.js';
import { erased, implement, type Call, type ErasedImplementation } from '../../implement/index.js';
import { DeviceClass, EventChannelClass } from '../core-classes.js';
import { ObjectSchema } from '../object-schema.js';
import { implemented, methodsOf } from '../schema.test-support.js';

const create = createObject(0, {});
const destroy = destroyObject(1, {});

const Pd = objectClass({ name: 'PD', id: 0, methods: { create, destroy } });
const Srq = objectClass({
  name: 'SRQ',
  id: 1,
  methods: { create: createObject(0, { pd: handleOf(1, Pd) }), destroy, post: method(2, {}) },
});
const Qp = objectClass({
  name: 'QP',
  id: 2,
  methods: {
    create: createObject(0, { pd: handleOf(1, Pd), srq: optional(handleOf(2, Srq)) }),
    xrc: createObject(3, { srqs: handlesOf(2, Srq, { max: 2 }) }),
    destroy,
    limits: classMethod(4, { most: valueOut(0, 'u32') }),
  },
});

const schema = ObjectSchema.build('verbs', [Pd, Srq, Qp]);

function left(...implementations: ErasedImplementation[]): string[] {
  return methodsOf(schema.bind(implementations));
}

describe('what a device has (Linux drivers/infiniband/core/uverbs_uapi.c, uapi_finalize_disable)', () => {
  it('uverbs §6.2 capability class: a class that is not implemented, or not supported', () => {
    const whole = ['PD.create', 'PD.destroy', 'SRQ.create', 'SRQ.destroy', 'SRQ.post'];
    expect(left(implemented(Pd), implemented(Srq))).to.deep.equal(whole);
    expect(left(implemented(Pd))).to.deep.equal(['PD.create', 'PD.destroy']);
    const unsupported = implemented(Srq, { supported: false });
    expect(left(implemented(Pd), unsupported)).to.deep.equal(['PD.create', 'PD.destroy']);
    expect(left()).to.deep.equal([]);
  });

  it('uverbs §6.2 capability method: one without a handler, or not supported', () => {
    const without = implemented(Srq, { without: ['post', 'destroy'] });
    expect(left(implemented(Pd), without).slice(2)).to.deep.equal(['SRQ.create', 'SRQ.destroy']);
    const refuses = implemented(Srq, { refuses: ['post', 'destroy'] });
    expect(left(implemented(Pd), refuses).slice(2)).to.deep.equal(['SRQ.create']);
  });

  it('uverbs §6.2 capability class: what a device supports is asked once for each device', () => {
    const asked: string[] = [];
    const srq = implement(Srq).withState(
      { create: () => ({ state: 1 }), post: () => {} },
      {
        supported: () => asked.push('class') > 0,
        supports: (name) => asked.push(name) > 0,
      },
    );
    schema.check([implemented(Pd), erased(srq)]);
    expect(asked).to.deep.equal([]);
    left(implemented(Pd), erased(srq), implemented(Qp));
    expect(asked).to.deep.equal(['class', 'create', 'destroy', 'post']);
  });

  it('uverbs §6.2 dependent method: it needs an object of a class that is gone', () => {
    const methods = left(implemented(Pd), implemented(Qp));
    expect(methods.slice(2)).to.deep.equal(['QP.create', 'QP.destroy', 'QP.limits']);
    expect(left(implemented(Srq))).to.deep.equal([]);
  });

  it('uverbs §6.2 optional attribute: one that names a class that is gone is unknown', () => {
    const whole = schema.bind([implemented(Pd), implemented(Srq), implemented(Qp)]);
    expect(whole.method(0x1002, 0x1000)?.slotOf(0x1002)).to.equal(2);
    const part = schema.bind([implemented(Pd), implemented(Qp)]).method(0x1002, 0x1000);
    expect(part?.attributes.map(({ name }) => name)).to.deep.equal(['handle', 'pd']);
    expect([part?.slotOf(0x1001), part?.slotOf(0x1002)]).to.deep.equal([1, -1]);
  });

  it('uverbs §6.2 unreachable method: without a create there is no object to call it on', () => {
    const srq = implemented(Srq, { without: ['create'] });
    expect(left(implemented(Pd), srq)).to.deep.equal(['PD.create', 'PD.destroy']);
    expect(left(implemented(Qp))).to.deep.equal(['QP.limits']);
    const qp = implemented(Qp, { refuses: ['create', 'xrc'] });
    expect(left(implemented(Pd), implemented(Srq), qp).slice(5)).to.deep.equal(['QP.limits']);
  });

  it('uverbs §6.2 dependent method: a chain of classes goes from its first on', () => {
    const links = [0, 1, 2, 3, 4, 5];
    const classes = [Pd];
    for (const id of links.slice(1)) {
      const before = classes[id - 1] ?? Pd;
      const of = { create: createObject(0, { before: handleOf(1, before) }), destroy };
      classes.push(objectClass({ name: `C${id}`, id, methods: of }) as unknown as typeof Pd);
    }
    const chain = ObjectSchema.build('chain', classes);
    const tree = (first: number) =>
      chain.bind(
        classes
          .slice(first)
          .reverse()
          .map((one) => implemented(one)),
      );
    expect(links.map((first) => tree(first).classes.length)).to.deep.equal([6, 0, 0, 0, 0, 0]);
  });
});

describe('implementations (own rule: a device has what its driver has declared)', () => {
  const Stream = fdObjectClass({ name: 'Stream', id: 3, methods: { open: createFdObject(0, {}) } });

  it('implementation declared: of a class that the schema does not have', () => {
    const twin = objectClass({ name: 'PD', id: 0, methods: { create } });
    for (const bad of [implemented(Stream), implemented(twin)]) {
      expect(outcome(() => schema.check([bad]))).to.equal('EINVAL schema.not-declared');
      expect(outcome(() => schema.bind([bad]))).to.equal('EINVAL schema.not-declared');
    }
  });

  it('implementation once: two of one class', () => {
    const two = [implemented(Pd), implemented(Pd)];
    expect(outcome(() => schema.check(two))).to.equal('EEXIST schema.implemented-twice');
  });

  it('implementation descriptor: a descriptor class says what stands behind a descriptor', () => {
    const streams = ObjectSchema.build('streams', [Stream]);
    const open = () => ({ state: 1 });
    // @ts-expect-error – it does not compile without it, which plain JavaScript does not see.
    const without = erased(implement(Stream).withState({ open }));
    // @ts-expect-error – nor with a life that does not say it.
    const silent = erased(implement(Stream).withState({ open }, { supported: () => true }));
    for (const bad of [without, silent]) {
      const bound = outcome(() => streams.bind([bad]));
      expect(bound).to.equal('EINVAL schema.no-descriptor');
      expect(() => streams.check([bad])).to.throw('missing=descriptor');
    }
    expect(methodsOf(streams.bind([implemented(Stream)]))).to.deep.equal(['Stream.open']);
  });
});

describe('an extension on a device (Linux drivers/infiniband/core/uverbs_uapi.c, uapi_merge_method)', () => {
  const Channel = extendClass(EventChannelClass, {
    methods: { rate: method(0, { now: valueOut(1, 'u32') }, 'read') },
    attributes: { create: { limit: valueIn(0, 'u32'), pd: optional(handleOf(1, Pd)) } },
  });
  const Device = extendClass(DeviceClass, { attributes: { query: { more: valueOut(0, 'u8') } } });
  const extended = ObjectSchema.build('extending', [Pd, Channel, Device]);
  const core = [implemented(DeviceClass), implemented(EventChannelClass)];
  const call: Call = {
    client: { id: 1 },
    handle: 0,
    events: () => ({ report: () => {} }),
    onEnd: () => toDisposable(() => undefined),
  };

  function namesOf(implementations: readonly ErasedImplementation[]): string[] {
    const tree = extended.bind(implementations);
    return (tree.method(16, 0)?.attributes ?? []).map(({ name }) => name);
  }

  it('uverbs §6.2 extension: its attributes come after the core’s, its handler after the core’s', () => {
    const tree = extended.bind([...core, implemented(Channel), implemented(Pd)]);
    const create = tree.method(16, 0);
    const names = create?.attributes.map(({ name }) => name);
    expect(names).to.deep.equal(['handle', 'capacity', 'flags', 'limit', 'pd']);
    expect(create?.mandatory).to.deep.equal([0, 3]);
    expect(create?.slotOf(0x1000)).to.equal(3);
    expect(create?.handlers.length).to.equal(2);
    expect(tree.method(16, 1)?.handlers.length).to.equal(1);
    expect(tree.method(16, 0x1000)?.name).to.equal('rate');
    expect(create?.owner.objectClass).to.equal(EventChannelClass);
    expect(create?.handlers[1]?.(0, {}, call)).to.deep.equal({ state: 'create' });
  });

  it('uverbs §6.2 extension: an optional handle in it goes with its class', () => {
    const names = namesOf([...core, implemented(Channel)]);
    expect(names).to.deep.equal(['handle', 'capacity', 'flags', 'limit']);
  });

  it('uverbs §6.2 extension: without an implementation the class is the core’s', () => {
    const whole = ['DEVICE.infoHandles', 'DEVICE.query'];
    const channel = ['EVENT_CHANNEL.create', 'EVENT_CHANNEL.openDefault'];
    for (const more of [
      [],
      [implemented(Channel, { supported: false })],
      [implemented(Channel, { without: ['create', 'rate'] })],
      [implemented(Channel, { refuses: ['create', 'rate'] })],
    ]) {
      const tree = extended.bind([...core, ...more]);
      expect(methodsOf(tree)).to.deep.equal([...whole, ...channel]);
      expect(namesOf([...core, ...more])).to.deep.equal(['handle', 'capacity', 'flags']);
      expect(tree.method(16, 0)?.handlers.length).to.equal(1);
    }
  });

  it('uverbs §6.2 extension: without the class of the core there is nothing to extend', () => {
    const tree = extended.bind([implemented(DeviceClass), implemented(Channel)]);
    expect(tree.classAt(16)).to.equal(undefined);
  });

  it('implementation descriptor: an extension has none, as the core stands behind the descriptor', () => {
    const rate = erased(implement(Channel).withState({ rate: () => ({ now: 1 }) }));
    const tree = extended.bind([...core, rate]);
    expect(tree.method(16, 0x1000)?.name).to.equal('rate');
    expect(tree.classAt(16)?.life.descriptor).to.be.a('function');
  });

  it('uverbs §6.2 extension: also of the device', () => {
    const query = extended.bind([...core, implemented(Device)]).method(0, 4);
    expect(query?.attributes.at(-1)).to.include({ name: 'more', wireId: 0x1000, slot: 3 });
  });
});
