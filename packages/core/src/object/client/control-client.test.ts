import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import { answerOf, Tank } from '../together/tank.test-support.js';
import { attr, rawMessage, u32s, u64s, zooCall } from '../together/raw-message.test-support.js';
import { Fish, Net, Pond, Tool } from '../together/zoo-classes.test-support.js';
import { DeviceClass, EventChannelClass } from '../schema/index.js';
import { ControlClient } from './control-client.js';
import type { Control } from './control.js';
import { LocalTransport } from './local-transport.js';
import type { ControlMessage, ControlTransport } from './transport.js';

const inProcess = async (plane: Tank['plane']): Promise<ControlTransport> =>
  new LocalTransport(plane.open());

/** As plain JavaScript may call it. */
type Anything = (objectClass: unknown, method: unknown, args: unknown) => Promise<unknown>;

function anything(control: Control): Anything {
  return control.call.bind(control) as unknown as Anything;
}

describe('what a client in plain JavaScript passes (own rule: what the types refuse is EINVAL)', () => {
  it('control argument: no class, no method, no arguments', async () => {
    await using tank = new Tank(inProcess);
    const call = anything((await tank.client()).control);
    for (const [objectClass, method, args] of [
      [undefined, 'create', {}],
      [null, 'create', {}],
      ['POND', 'create', {}],
      [{ methods: null }, 'create', {}],
      [Pond, 'swim', {}],
      [Pond, 'toString', {}],
      [Pond, undefined, {}],
      [Pond, 'create', undefined],
      [Pond, 'create', null],
      [Pond, 'create', 7],
    ]) {
      expect(await answerOf(call(objectClass, method, args))).to.equal('EINVAL object.argument');
    }
  });

  it('control argument: the error names class, method and attribute, and says what is wrong', async () => {
    await using tank = new Tank(inProcess);
    const call = anything((await tank.client()).control);
    const PROBLEMS: readonly (readonly [unknown, string, unknown, object, RegExp])[] = [
      [undefined, 'create', {}, { class: undefined, method: 'create' }, /^not a class$/],
      [Pond, 'swim', {}, { class: 'POND', method: 'swim' }, /declares no such method/],
      [Pond, 'create', 7, { class: 'POND', method: 'create' }, /^arguments are an object$/],
      [Pond, 'create', {}, { class: 'POND', method: 'create', argument: 'depth' }, /^missing$/],
      [Pond, 'create', { depth: 1, width: 1 }, { argument: 'width' }, /no such attribute/],
      [Pond, 'create', { depth: '1' }, { class: 'POND', argument: 'depth' }, /\w/],
      [Pond, 'look', { handle: '1' }, { method: 'look', argument: 'handle' }, /^a handle/],
      [Net, 'fill', { handle: 1, count: 1 }, { class: 'NET' }, /^a descriptor object/],
      [Tool, 'echo', { fd: {} }, { argument: 'fd' }, /^the number of a descriptor/],
      [Tool, 'school', { fish: 1 }, { argument: 'fish' }, /^an array of handles/],
    ];
    for (const [objectClass, method, args, place, problem] of PROBLEMS) {
      const error = await call(objectClass, method, args).catch((thrown: unknown) => thrown);
      const details = MdevError.is(error) ? error.details : {};
      expect(details).to.include(place);
      expect(details['problem'], method).to.match(problem);
    }
  });

  it('control argument: values of the wrong type, missing ones, and ones that no attribute has', async () => {
    await using tank = new Tank(inProcess);
    const { control } = await tank.client();
    const call = anything(control);
    const { handle } = await control.call(Pond, 'create', { depth: 1 });
    for (const [objectClass, method, args] of [
      [Pond, 'create', {}],
      [Pond, 'create', { depth: '1' }],
      [Pond, 'create', { depth: 1n }],
      [Pond, 'create', { depth: -1 }],
      [Pond, 'create', { depth: 2 ** 32 }],
      [Pond, 'create', { depth: 1, width: 1 }],
      [Pond, 'create', { depth: 1, handle: 1 }],
      [Pond, 'look', { handle: '1' }],
      [Pond, 'look', { handle: -1 }],
      [Pond, 'look', { handle: 1.5 }],
      [Pond, 'look', { handle: NaN }],
      [Pond, 'look', { handle: 2 ** 53 }],
      [Net, 'fill', { handle: 1, count: 1 }],
      [Net, 'fill', { handle: null, count: 1 }],
      [Tool, 'echo', { bytes: [1, 2] }],
      [Tool, 'echo', { bytes: new Uint8Array(1) }],
      [Tool, 'echo', { bytes: new Uint8Array(17) }],
      [Tool, 'echo', { mode: 'LOUD' }],
      [Tool, 'echo', { mode: 7 }],
      [Tool, 'echo', { flags: 2 }],
      [Tool, 'echo', { flags: -1 }],
      [Tool, 'echo', { care: 'care' }],
      [Tool, 'echo', { care: { salt: 1 } }],
      [Tool, 'echo', { dose: { member: 'NONE', value: {} } }],
      [Tool, 'echo', { dose: 'DROPS' }],
      [Tool, 'echo', { small: [] }],
      [Tool, 'echo', { small: [-1] }],
      [Tool, 'echo', { small: 'many' }],
      [Tool, 'echo', { large: [1] }],
      [Tool, 'echo', { fd: -1 }],
      [Tool, 'echo', { fd: {} }],
      [Tool, 'school', { fish: handle }],
      [Tool, 'school', { fish: ['1'] }],
    ]) {
      const name = JSON.stringify([method, Object.keys(args as object)]);
      expect(await answerOf(call(objectClass, method, args)), name).to.equal(
        'EINVAL object.argument',
      );
    }
    expect(tank.zoo.alive.size).to.equal(1);
  });

  it('control argument: a descriptor that somebody else gave is EBADF, and a number arrives as it is', async () => {
    await using tank = new Tank(inProcess);
    const { control } = await tank.client();
    const other = { close: () => Promise.resolve() } as unknown as ObjectDescriptor;
    expect(await answerOf(control.call(Net, 'fill', { handle: other, count: 1 }))).to.equal(
      'EBADF object.descriptor',
    );
    await control.call(Tool, 'echo', { fd: 7 });
    expect(tank.zoo.args).to.deep.equal({ fd: 7, flags: 0 });
  });

  it('control descriptor read: a buffer that is detached while the read waits is EFAULT, and the event stays', async () => {
    await using tank = new Tank(inProcess);
    const { control } = await tank.client();
    const { handle: net } = await control.call(Net, 'create', {});
    const into = new Uint8Array(64);
    const waiting = answerOf(net.read(into));
    structuredClone(into.buffer, { transfer: [into.buffer] });
    await control.call(Net, 'fill', { handle: net, count: 1 });
    expect(await waiting).to.equal('EFAULT event.copy');
    expect(await net.read(new Uint8Array(64))).to.equal(16);
  });

  it('control reentry: a handler may call the same client', async () => {
    await using tank = new Tank(inProcess);
    const { control } = await tank.client();
    const inner: Promise<string>[] = [];
    tank.zoo.answer = () => {
      tank.zoo.answer = () => ({ must: 2n });
      inner.push(answerOf(control.call(Tool, 'answer', { kind: 1 })));
      return { must: 1n, bytes: Uint8Array.of(5, 5) };
    };
    expect(await control.call(Tool, 'answer', { kind: 7 })).to.deep.equal({
      must: 1n,
      bytes: Uint8Array.of(5, 5),
    });
    expect(await Promise.all(inner)).to.deep.equal(['ok']);
  });
});

describe('what a client can ask a device (Linux drivers/infiniband/core/uverbs_std_types_device.c)', () => {
  it('seed 002 device and port: query: classes, methods, attributes and the client’s handles', async () => {
    await using tank = new Tank(inProcess);
    const { control } = await tank.client();
    const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
    await control.call(EventChannelClass, 'create', {});
    const { driver, driverId, classes } = await control.query();
    expect([driver, driverId]).to.deep.equal(['zoo', tank.plane.driverId]);
    expect(classes.map(({ name, kind, handles }) => [name, kind, handles.length])).to.deep.equal([
      ['DEVICE', 'handle', 0],
      ['EVENT_CHANNEL', 'fd', 1],
      ['POND', 'handle', 1],
      ['FISH', 'handle', 0],
      ['NET', 'fd', 0],
      ['CATCH', 'handle', 0],
      ['TOOL', 'handle', 0],
      ['LURE', 'fd', 0],
    ]);
    const found = classes.find(({ name }) => name === 'POND');
    expect(found?.handles).to.deep.equal([pond]);
    expect(found?.methods.find(({ name }) => name === 'feed')?.attributes).to.deep.include({
      name: 'amount',
      id: 0x1001,
      mandatory: true,
      kind: 'value',
      out: false,
      min: 4,
      max: 4,
    });
  });

  it('uverbs §6.4 INFO_HANDLES: oldest first, also more than one answer holds', async () => {
    await using tank = new Tank(inProcess);
    const { control } = await tank.client();
    const made: number[] = [];
    for (let i = 0; i < 8200; i++) {
      made.push((await control.call(Pond, 'create', { depth: 1 })).handle);
    }
    expect(await control.handles(Pond)).to.deep.equal(made);
    const { total, handles } = await control.call(DeviceClass, 'infoHandles', {
      classId: 0x1000,
      start: 9000,
    });
    expect([total, handles.length]).to.deep.equal([8200, 0]);
    expect(await answerOf(control.call(DeviceClass, 'infoHandles', { classId: 0x1009 }))).to.equal(
      'EINVAL object.class',
    );
  });
});

/** A transport that answers what it is told to. */
class FakeTransport implements ControlTransport {
  readonly driverId = 1;
  readonly maxMessage = 4096;
  answer: ControlMessage<ObjectDescriptor> = { bytes: new Uint8Array(0), descriptors: [] };
  asked = 0;

  call(): ControlMessage<ObjectDescriptor> {
    this.asked += 1;
    return this.answer;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('what a device answers (own rule: a client believes no device)', () => {
  const ok = { flags: 2 };
  const look = (attrs: Parameters<typeof zooCall>[2]): Uint8Array => zooCall(0, 3, attrs);

  it('control reply: one that is of no such call is EPROTO, and its descriptors are closed', async () => {
    const transport = new FakeTransport();
    await using control = new ControlClient(transport);
    const handle = 1 as never;
    let closed = 0;
    const descriptor = {
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
    } as unknown as ObjectDescriptor;
    const outcomeOf = (
      bytes: Uint8Array,
      descriptors: ObjectDescriptor[] = [],
    ): Promise<string> => {
      transport.answer = { bytes, descriptors };
      return answerOf(control.call(Pond, 'look', { handle }));
    };
    const level = attr(1, { bytes: u32s(4), ...ok });
    expect(await outcomeOf(look([level]))).to.equal('ok');
    for (const bytes of [
      new Uint8Array(0),
      look([]),
      look([level, level]),
      look([attr(1, { bytes: u32s(4), flags: 0 })]),
      look([attr(1, { bytes: u32s(4), flags: 3 })]),
      look([attr(1, { bytes: new Uint8Array(3), ...ok })]),
      look([attr(1, { bytes: u64s(4n), ...ok })]),
      look([attr(2, { bytes: u32s(4), ...ok })]),
      look([level, attr(0, { data: 1n, ...ok })]),
      zooCall(0, 2, [level]),
      zooCall(1, 3, [level]),
      rawMessage({ object: 0, method: 3, attrs: [level] }),
      zooCall(0, 3, [level], { reserved2: 1 }),
      zooCall(0, 3, [level], { more: new Uint8Array(4096) }),
    ]) {
      expect(await outcomeOf(bytes)).to.equal('EPROTO object.reply');
    }
    expect(await outcomeOf(look([level]), [descriptor])).to.equal('EPROTO object.reply');
    expect(closed).to.equal(1);
    transport.answer = {
      bytes: zooCall(2, 0, [attr(0, ok), attr(2, { bytes: u32s(1), ...ok })]),
      descriptors: [],
    };
    expect(await answerOf(control.call(Net, 'create', {}))).to.equal('EPROTO object.reply');
    transport.answer = { ...transport.answer, descriptors: [descriptor] };
    expect((await control.call(Net, 'create', {})).handle).to.equal(descriptor);
    expect(closed).to.equal(1);
  });

  it('control reply: lists that never end, and a catalogue that is none', async () => {
    const transport = new FakeTransport();
    await using control = new ControlClient(transport);
    const page = (total: number, catalogue: Uint8Array): void => {
      const attrs = [
        { id: 0, bytes: catalogue, ...ok },
        { id: 2, bytes: u32s(total), ...ok },
      ];
      transport.answer = { bytes: rawMessage({ object: 0, method: 4, attrs }), descriptors: [] };
    };
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    for (const [total, catalogue] of [
      [1, text('')],
      [0xffff_ffff, text('abcd')],
      [4, text('abcd')],
      [2, text('[]')],
      [4, text('null')],
      [2, text('{}')],
      [42, text('{"driver":"a","driverId":1,"classes":[{}]}')],
    ] as const) {
      page(total, catalogue);
      expect(await answerOf(control.query()), new TextDecoder().decode(catalogue)).to.equal(
        'EPROTO object.reply',
      );
    }
    expect(transport.asked).to.equal(7);
  });

  it('control reply: any bytes are a reply or EPROTO', async () => {
    const transport = new FakeTransport();
    await using control = new ControlClient(transport);
    const whole = zooCall(4, 1, [
      attr(1, { bytes: new Uint8Array(16), ...ok }),
      attr(2, { bytes: new Uint8Array(30), ...ok }),
      attr(4, { bytes: u32s(1, 2, 3), ...ok }),
      attr(5, { bytes: u64s(1n), ...ok }),
    ]);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 3,
    });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(whole.length), async (list, cut) => {
        const bytes = whole.slice(0, cut < 20 ? cut : whole.length);
        for (const [at, value] of list) {
          bytes[at % Math.max(bytes.length, 1)] = value;
        }
        transport.answer = { bytes, descriptors: [] };
        seen.add(await answerOf(control.call(Tool, 'answer', {})));
      }),
      { seed: 20261121, numRuns: 1000 },
    );
    expect([...seen].sort()).to.deep.equal(['EPROTO object.reply', 'ok']);
  });

  it('control close: a client that is closed answers EBADF, and its transport is closed once', async () => {
    const transport = new FakeTransport();
    const control = new ControlClient(transport);
    await control.close();
    await control.close();
    expect(await answerOf(control.call(Fish, 'create', { pond: 1 as never }))).to.equal(
      'EBADF object.closed',
    );
    expect(transport.asked).to.equal(0);
  });

  it('control error: what a transport rejects with comes through', async () => {
    const transport = new FakeTransport();
    await using control = new ControlClient(transport);
    transport.call = () => {
      throw new MdevError('EPIPE', 'fake.gone', 'gone');
    };
    expect(await answerOf(control.call(Tool, 'echo', {}))).to.equal('EPIPE fake.gone');
    transport.call = FakeTransport.prototype.call.bind(transport);
    expect(await answerOf(control.call(Tool, 'echo', {}))).to.equal('EPROTO object.reply');
  });
});
