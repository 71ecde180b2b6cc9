import { struct, u32, u64 } from '@mdevkit/uapi';
import {
  arrayIn,
  arrayOut,
  bytesIn,
  bytesOut,
  classMethod,
  constIn,
  createFdObject,
  createObject,
  destroyEventSource,
  destroyObject,
  enumIn,
  fdIn,
  fdObjectClass,
  flagsIn,
  handleOf,
  handlesOf,
  method,
  objectClass,
  optional,
  structIn,
  structOut,
  valueIn,
  valueOut,
} from '../declare/index.js';
import { EventChannelClass } from '../schema/core-classes.js';

/*
 * The classes of a driver that exists to be tested: ponds, fish that live in them and report events, nets that are
 * descriptors, catches and lures that live on nets, and tools without an object.
 */

export const Care = struct('zoo_care', { food: u32(0), light: u32(4), salt: u64(8) });
export const Food = struct('zoo_food', { grams: u32(0) });
export const Medicine = struct('zoo_medicine', { drops: u64(0), times: u64(8) });

export const Pond = objectClass({
  name: 'POND',
  id: 0,
  methods: {
    create: createObject(0, { depth: valueIn(1, 'u32') }),
    destroy: destroyObject(1, {}),
    /** Alone with the pond. */
    feed: method(2, { amount: valueIn(1, 'u32'), level: valueOut(2, 'u32') }),
    /** Together with others. */
    look: method(3, { level: valueOut(1, 'u32') }, 'read'),
  },
});

export const Fish = objectClass({
  name: 'FISH',
  id: 1,
  methods: {
    create: createObject(0, {
      pond: handleOf(1, Pond, { parent: true }),
      channel: optional(handleOf(2, EventChannelClass)),
      element: optional(valueIn(3, 'u64')),
      named: valueOut(4, 'u32'),
    }),
    destroy: destroyEventSource(1, { weight: valueOut(1, 'u32') }),
    /** Has it report an event. */
    poke: method(2, { type: valueIn(1, 'u32') }),
  },
});

export const Net = fdObjectClass({
  name: 'NET',
  id: 2,
  methods: {
    create: createFdObject(0, {
      pond: optional(handleOf(1, Pond, { parent: true })),
      size: valueOut(2, 'u32'),
    }),
    /** Events that were put into it. */
    fill: method(1, { count: valueIn(1, 'u32') }, 'read'),
  },
});

export const Catch = objectClass({
  name: 'CATCH',
  id: 3,
  methods: {
    create: createObject(0, { net: handleOf(1, Net, { parent: true }) }),
    destroy: destroyObject(1, {}),
  },
});

export const Lure = fdObjectClass({
  name: 'LURE',
  id: 7,
  methods: {
    create: createFdObject(0, { net: handleOf(1, Net, { parent: true }) }),
    wiggle: method(1, {}, 'read'),
  },
});

export const Tool = objectClass({
  name: 'TOOL',
  id: 4,
  methods: {
    /** Answers everything that it is given. */
    echo: classMethod(0, {
      u8: optional(valueIn(0, 'u8')),
      u16: optional(valueIn(1, 'u16')),
      s32: optional(valueIn(2, 's32')),
      u64: optional(valueIn(3, 'u64')),
      s64: optional(valueIn(4, 's64')),
      care: optional(structIn(5, Care)),
      later: optional(structIn(6, Care, { zeroTrailing: true })),
      bytes: optional(bytesIn(7, { min: 2, max: 16 })),
      tail: optional(bytesIn(8, { max: 12, zeroTrailing: true })),
      small: optional(arrayIn(9, 'u32', { min: 1, max: 4 })),
      large: optional(arrayIn(10, 'u64', { max: 4 })),
      mode: optional(constIn(11, { OFF: 0, ON: 7, BACK: -1 })),
      flags: flagsIn(12, { RED: 1, BLUE: 4, LAST: 0x8000_0000 }),
      dose: optional(
        enumIn(13, { FOOD: { id: 1, layout: Food }, DROPS: { id: 3, layout: Medicine } }),
      ),
      fd: optional(fdIn(14)),
      saw: bytesOut(15, { max: 4096 }),
    }),
    /** Answers what it is told to. */
    answer: classMethod(1, {
      u32: optional(valueOut(0, 'u32')),
      care: optional(structOut(1, Care)),
      bytes: optional(bytesOut(2, { min: 2, max: 60_000 })),
      more: optional(bytesOut(3, { max: 60_000 })),
      array: optional(arrayOut(4, 'u32', { min: 1, max: 8 })),
      must: valueOut(5, 's64'),
      kind: optional(valueIn(6, 'u32')),
    }),
    school: classMethod(2, {
      fish: optional(handlesOf(0, Fish, { min: 1, max: 3 })),
      ponds: optional(handlesOf(1, Pond, { max: 2, access: 'write' })),
      count: valueOut(2, 'u32'),
    }),
    /** Answers when the test says so. */
    wait: classMethod(3, {
      pond: optional(handleOf(0, Pond)),
      net: optional(handleOf(1, Net)),
      data: optional(bytesIn(2, { max: 64 })),
    }),
  },
});

export const ZOO_CLASSES = [Pond, Fish, Net, Catch, Tool, Lure] as const;
