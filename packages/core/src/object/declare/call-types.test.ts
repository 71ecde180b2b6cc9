import { struct, u32 } from '@mdevkit/uapi';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import type { Control } from '../client/control.js';
import type { ObjectDescriptor } from '../descriptor.js';
import { DeviceClass, EventChannelClass } from '../schema/index.js';
import {
  arrayIn,
  arrayOut,
  bytesOut,
  classMethod,
  constIn,
  createObject,
  destroyEventSource,
  enumIn,
  extendClass,
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
  type CallArgs,
  type CallResult,
  type Given,
  type Handle,
  type ObjectRef,
  type Received,
} from './index.js';

/*
 * What the compiler says is the assertion: a line that must not compile is marked, and the marker is an error once it
 * does. Nothing here is called.
 */

type Same<A, B> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- T makes the compiler compare A and B.
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles with true if both types are the same. */
function same<A, B>(is: Same<A, B>): void {
  expect(is).to.equal(true);
}

const Point = struct('point', { x: u32(0), y: u32(4) });

const Pd = objectClass({ name: 'PD', id: 0, methods: { create: createObject(0, {}) } });

const Rc = objectClass({
  name: 'QP_RC',
  id: 1,
  methods: {
    create: createObject(0, {
      pd: handleOf(1, Pd, { parent: true }),
      maxWr: valueIn(2, 'u32'),
      cookie: optional(valueIn(3, 'u64')),
      channel: optional(handleOf(4, EventChannelClass)),
      flags: flagsIn(5, { SIGNAL_ALL: 1 }),
      number: valueOut(6, 'u32'),
      hint: optional(valueOut(7, 'u64')),
    }),
    write: method(1, {
      at: structIn(1, Point),
      kind: constIn(2, { IMMEDIATE: 1, PLAIN: 2 }),
      how: enumIn(3, { near: { id: 0, layout: Point } }),
      list: arrayIn(4, 'u64', { max: 4 }),
      others: handlesOf(5, Pd, { max: 2 }),
      where: structOut(6, Point),
      all: arrayOut(7, 'u32', { max: 4 }),
      bytes: bytesOut(8, { max: 4 }),
    }),
    destroy: destroyEventSource(2, {}),
  },
});

const Ud = objectClass({
  name: 'QP_UD',
  id: 2,
  methods: {
    create: createObject(0, { pd: handleOf(1, Pd), qkey: valueIn(2, 'u32') }),
    send: method(1, { number: valueIn(1, 'u32') }),
  },
});

const Device = extendClass(DeviceClass, {
  methods: { temperature: classMethod(0, { celsius: valueOut(0, 's32') }) },
  attributes: { query: { verbose: optional(valueIn(0, 'u8')), version: valueOut(1, 'u32') } },
});

export async function neverCalled(
  control: Control,
  pd: Handle<'PD'>,
  rc: Handle<'QP_RC'>,
): Promise<void> {
  const { handle, number } = await control.call(Rc, 'create', { pd, maxWr: 4 });
  handle satisfies Handle<'QP_RC'>;
  number satisfies number;
  const { handle: descriptor } = await control.call(EventChannelClass, 'create', {});
  descriptor satisfies ObjectDescriptor;
  await control.call(Rc, 'create', { pd, maxWr: 4, cookie: 1n, channel: descriptor, flags: 1 });
  await control.call(Ud, 'create', { pd, qkey: 7 });
  const { version } = await control.call(Device, 'query', { verbose: 1 });
  version satisfies number;
  const { celsius } = await control.call(Device, 'temperature', {});
  celsius satisfies number;

  // @ts-expect-error – a datagram has no connection to read over: the class has no such method.
  await control.call(Ud, 'write', { handle });
  // @ts-expect-error – the key of datagrams is no attribute of a connection.
  await control.call(Rc, 'create', { pd, maxWr: 4, qkey: 7 });
  // @ts-expect-error – a mandatory attribute is missing.
  await control.call(Rc, 'create', { pd });
  // @ts-expect-error – a handle of another class.
  await control.call(Rc, 'create', { pd: rc, maxWr: 4 });
  // @ts-expect-error – a number that nobody has answered is no handle.
  await control.call(Rc, 'create', { pd: 5, maxWr: 4 });
  // @ts-expect-error – 64 bits are a bigint.
  await control.call(Rc, 'create', { pd, maxWr: 4, cookie: 1 });
  // @ts-expect-error – a descriptor object is not named by a number.
  await control.call(Rc, 'create', { pd, maxWr: 4, channel: 1 });
  // @ts-expect-error – what the client gets it cannot give.
  await control.call(Rc, 'create', { pd, maxWr: 4, number: 1 });
  // @ts-expect-error – what the driver has added is not in the class of the core.
  await control.call(DeviceClass, 'query', { verbose: 1 });
  // @ts-expect-error – nor are its methods.
  await control.call(DeviceClass, 'temperature', {});
}

describe('the types of calls (own rule: what cannot be called does not compile)', () => {
  it('seed 002 one class per type: attributes and operations of another type do not compile', () => {
    expect(Object.keys(Ud.methods)).to.not.include('write');
    expect(Object.keys(Rc.methods.create.attributes)).to.not.include('qkey');
    expect(neverCalled).to.be.a('function');
  });

  it('declaration types: what a client gives and gets, and what a handler does', () => {
    same<
      CallArgs<typeof Rc, 'create'>,
      {
        readonly pd: Handle<'PD'>;
        readonly maxWr: number;
        readonly cookie?: bigint | undefined;
        readonly channel?: ObjectDescriptor | undefined;
        readonly flags?: number | undefined;
      }
    >(true);
    same<
      CallResult<typeof Rc, 'create'>,
      {
        readonly handle: Handle<'QP_RC'>;
        readonly number: number;
        readonly hint?: bigint | undefined;
      }
    >(true);
    same<
      Received<typeof Rc, 'create'>,
      {
        readonly pd: ObjectRef<'PD'>;
        readonly maxWr: number;
        readonly flags: number;
        readonly cookie?: bigint | undefined;
        readonly channel?: ObjectRef<'EVENT_CHANNEL'> | undefined;
      }
    >(true);
    same<
      Given<typeof Rc, 'create'>,
      { readonly number: number; readonly hint?: bigint | undefined }
    >(true);
    expect(Object.keys(Rc.methods.create.attributes)).to.include.members(['pd', 'number']);
  });

  it('declaration types: every kind of data', () => {
    same<CallArgs<typeof Rc, 'write'>['kind'], 'IMMEDIATE' | 'PLAIN'>(true);
    same<
      CallArgs<typeof Rc, 'write'>['at'],
      { readonly x?: number | undefined; readonly y?: number | undefined }
    >(true);
    same<Received<typeof Rc, 'write'>['at'], { x: number; y: number }>(true);
    same<CallArgs<typeof Rc, 'write'>['how']['member'], 'near'>(true);
    same<Received<typeof Rc, 'write'>['how']['value'], { x: number; y: number }>(true);
    same<CallArgs<typeof Rc, 'write'>['list'], readonly bigint[]>(true);
    same<CallArgs<typeof Rc, 'write'>['others'], readonly Handle<'PD'>[]>(true);
    same<Received<typeof Rc, 'write'>['others'], readonly ObjectRef<'PD'>[]>(true);
    same<CallArgs<typeof Rc, 'write'>['handle'], Handle<'QP_RC'>>(true);
    same<CallResult<typeof Rc, 'write'>['where'], { x: number; y: number }>(true);
    same<CallResult<typeof Rc, 'write'>['all'], readonly number[]>(true);
    same<CallResult<typeof Rc, 'write'>['bytes'], Uint8Array>(true);
    same<keyof Received<typeof Rc, 'write'>, 'at' | 'kind' | 'how' | 'list' | 'others'>(true);
    same<
      CallResult<typeof Rc, 'destroy'>['events'],
      { reported: number; unacknowledged: number } | undefined
    >(true);
    expect(Rc.methods.write.attributes.at.spec).to.include({ kind: 'struct' });
  });
});
