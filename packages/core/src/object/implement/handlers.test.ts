import { describe, it } from 'mocha';
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
  type ObjectRef,
} from '../declare/index.js';
import { EventChannelClass } from '../schema/index.js';
import { implement, type Implementation } from './index.js';

/*
 * What the compiler says is the assertion: a line that must not compile is marked, and the marker is an error once it
 * does. Nothing here is called.
 */

interface Tank {
  litres: number;
}

const Tanks = objectClass({
  name: 'Tank',
  id: 0,
  methods: {
    create: createObject(0, { litres: valueIn(1, 'u32'), number: valueOut(2, 'u32') }),
    fill: method(1, { litres: optional(valueIn(1, 'u32')) }),
    count: classMethod(2, { all: valueOut(0, 'u32') }),
    destroy: destroyObject(3, {}),
  },
});

const Channel = extendClass(EventChannelClass, {
  methods: { rate: method(0, { now: valueOut(1, 'u32') }, 'read') },
  attributes: { create: { limit: valueIn(0, 'u32'), real: valueOut(1, 'u32') } },
});

function numbered(tank: Tank, args: { readonly number: number }): void {
  tank.litres = args.number;
}

export function neverCalled(): unknown[] {
  const tanks = implement(Tanks);
  const channels = implement(Channel);
  return [
    tanks.withState<Tank>({
      create: async ({ litres }) => ({ state: { litres }, number: litres }),
      fill: (tank, { litres = 0 }) => {
        tank.litres += litres;
      },
      destroy: () => {},
    }),
    // @ts-expect-error – a create answers the state.
    tanks.withState<Tank>({ create: () => ({ number: 1 }) }),
    // @ts-expect-error – and every mandatory output.
    tanks.withState<Tank>({ create: ({ litres }) => ({ state: { litres } }) }),
    // @ts-expect-error – a method that answers something must.
    tanks.withState<Tank>({ count: () => {} }),
    // @ts-expect-error – an attribute of another method.
    tanks.withState<Tank>({ fill: numbered }),
    // @ts-expect-error – no such method.
    tanks.withState<Tank>({ drain: () => {} }),
    // @ts-expect-error – what may be left out may be undefined.
    tanks.withState<Tank>({ fill: (tank, { litres }) => void (tank.litres = litres) }),
    channels.withState({
      create: (_state, { limit, capacity = 1 }) => ({ real: limit * capacity }),
    }),
    channels.withState({ rate: () => ({ now: 1 }) }),
    // @ts-expect-error – what the driver has added it answers.
    channels.withState({ create: () => ({}) }),
    // @ts-expect-error – what the core has declared the core does.
    channels.withState({ openDefault: () => ({}) }),
  ];
}

export function refersTo(tanks: Implementation<typeof Tanks, Tank>, ref: ObjectRef<'Pump'>): Tank {
  // @ts-expect-error – an object of another class.
  return tanks.of(ref);
}

describe('the types of handlers (own rule: what is not declared does not compile)', () => {
  it('declaration types: what handlers are called with, and must answer', () => {
    expect([neverCalled, refersTo].map((one) => typeof one)).to.deep.equal([
      'function',
      'function',
    ]);
  });
});
