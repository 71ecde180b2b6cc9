import { describe, it } from 'mocha';
import { toDisposable } from '../../lifecycle/index.js';
import { expect } from 'chai';
import {
  classMethod,
  createObject,
  destroyObject,
  extendClass,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
  type ObjectClass,
  type ObjectRef,
} from '../declare/index.js';
import { DeviceClass, EventChannelClass } from '../schema/index.js';
import { erased, implement, type Call, type HeldRef, type Implementation } from './index.js';

interface Tank {
  litres: number;
}

const TankClass = objectClass({
  name: 'Tank',
  id: 0,
  methods: {
    create: createObject(0, { litres: valueIn(1, 'u32'), number: valueOut(2, 'u32') }),
    fill: method(1, { litres: valueIn(1, 'u32'), now: valueOut(2, 'u32') }),
    count: classMethod(2, { all: valueOut(0, 'u32') }),
    destroy: destroyObject(3, { left: valueOut(1, 'u32') }),
  },
});

const call: Call = {
  client: { id: 1 },
  handle: 0,
  events: () => ({ report: () => {} }),
  onEnd: () => toDisposable(() => undefined),
};

function held<Name extends string>(
  objectClass: ObjectClass<Name>,
  state: unknown,
): HeldRef & ObjectRef<Name> {
  return { className: objectClass.name, handle: 1, objectClass, state };
}

const tanks = implement(TankClass).withState<Tank>({
  create: ({ litres }) => ({ state: { litres }, number: 7 }),
  fill: (tank, { litres }) => ({ now: (tank.litres += litres) }),
  count: () => ({ all: 1 }),
  destroy: ({ litres }) => ({ left: litres }),
});

describe('implement (Linux include/rdma/uverbs_ioctl.h, struct uverbs_method_def)', () => {
  it('implementation handlers: all roles have one form: state, attributes, call', async () => {
    const { objectClass, handlers } = erased(tanks);
    expect(objectClass).to.equal(TankClass);
    const made = await handlers['create']?.(undefined, { litres: 3 }, call);
    expect(made).to.deep.equal({ state: { litres: 3 }, number: 7 });
    const { state } = made ?? {};
    expect(handlers['fill']?.(state, { litres: 2 }, call)).to.deep.equal({ now: 5 });
    expect(handlers['count']?.(undefined, {}, call)).to.deep.equal({ all: 1 });
    expect(handlers['destroy']?.(state, {}, call)).to.deep.equal({ left: 5 });
  });

  it('implementation handlers: the call comes last, and this is what they are declared in', () => {
    class Handlers {
      readonly #number = 9;
      count(_args: object, { client }: Call): { all: number } {
        return { all: this.#number + client.id };
      }
    }
    class Life {
      readonly #answers = new Set(['count']);
      supported(): boolean {
        return this.#answers.has('class');
      }
      supports(name: string): boolean {
        return this.#answers.has(name);
      }
    }
    const made = implement(TankClass).withState<Tank>(new Handlers(), new Life());
    const { handlers, life } = erased(made);
    expect(handlers['count']?.(undefined, {}, call)).to.deep.equal({ all: 10 });
    expect(life.supported()).to.equal(false);
    expect([life.supports('count'), life.supports('fill')]).to.deep.equal([true, false]);
  });

  it('implementation handlers: without a life everything is supported and nothing is released', () => {
    const { life } = erased(tanks);
    expect(life.release).to.equal(undefined);
    expect(life.descriptor).to.equal(undefined);
    expect([life.supported(), life.supports('fill')]).to.deep.equal([true, true]);
  });

  it('implementation handlers: one of no method, or that is no function, is a mistake', () => {
    const build =
      (handlers: object, life: object = {}) =>
      () =>
        implement(TankClass).withState<Tank>(handlers, life);
    expect(build({ drain: () => {} })).to.throw(RangeError, /no method drain/);
    expect(build({ fill: 3 })).to.throw(TypeError, /Tank\.fill is not a function/);
    expect(build({ fill: undefined })).to.not.throw();
    expect(build({}, { release: 'now' })).to.throw(TypeError, /release of the class Tank/);
    expect(build({}, { supported: true })).to.throw(TypeError, /supported of the class Tank/);
  });

  it('implementation of: the state of an object of this very class', () => {
    const tank: Tank = { litres: 1 };
    expect(tanks.of(held(TankClass, tank))).to.equal(tank);
    const twin = objectClass({ name: 'Tank', id: 0, methods: TankClass.methods });
    const made: ObjectRef<'Tank'> = { className: 'Tank', handle: 1 };
    const rubbish = [held(twin, tank), made, undefined, null, 3] as readonly ObjectRef<'Tank'>[];
    for (const ref of rubbish) {
      expect(() => tanks.of(ref)).to.throw(TypeError, /not an object of the class Tank/);
    }
  });

  it('implementation handlers: only what implement made is an implementation', () => {
    const rubbish = [{}, undefined, null, { objectClass: TankClass }] as readonly Implementation[];
    for (const other of rubbish) {
      expect(() => erased(other)).to.throw(TypeError, /made by implement/);
    }
  });
});

describe('implement of an extended class (Linux drivers/infiniband/core/uverbs_uapi.c, uapi_merge_method)', () => {
  const Channel = extendClass(EventChannelClass, {
    methods: { rate: method(0, { now: valueOut(1, 'u32') }, 'read') },
    attributes: { create: { limit: optional(valueIn(0, 'u32')), real: valueOut(1, 'u32') } },
  });

  it('uverbs §6.2 extension handler: has the state that the core made, also in a create', () => {
    const seen: unknown[] = [];
    const channels = implement(Channel).withState<object>({
      create: (state, { capacity, limit }) => {
        seen.push(state, capacity);
        return { real: limit ?? 0 };
      },
      rate: (state) => {
        seen.push(state);
        return { now: 1 };
      },
    });
    const { handlers } = erased(channels);
    const state = {};
    expect(handlers['create']?.(state, { capacity: 4, limit: 5 }, call)).to.deep.equal({ real: 5 });
    expect(handlers['rate']?.(state, {}, call)).to.deep.equal({ now: 1 });
    expect(seen).to.deep.equal([state, 4, state]);
    expect(channels.of(held(EventChannelClass, state))).to.equal(state);
    expect(channels.of(held({ ...EventChannelClass }, state))).to.equal(state);
    expect(() => channels.of(held({ ...EventChannelClass, id: 3 }, state))).to.throw(TypeError);
  });

  it('uverbs §6.2 extension handler: a method of the class has no state', () => {
    const Device = extendClass(DeviceClass, {
      attributes: { query: { version: valueOut(0, 'u32') } },
    });
    const { handlers } = erased(
      implement(Device).withState({ query: ({ start }) => ({ version: start ?? 2 }) }),
    );
    expect(handlers['query']?.(undefined, { start: 3 }, call)).to.deep.equal({ version: 3 });
  });

  it('uverbs §6.2 extension replaces: there is no handler for what the core does', () => {
    const handlers = { openDefault: () => ({}) } as object;
    expect(() => implement(Channel).withState(handlers)).to.throw(RangeError, /openDefault/);
  });
});
